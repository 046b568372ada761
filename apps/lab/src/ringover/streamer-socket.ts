import { OperationalError } from '@app/kernel';
import { type RawData, WebSocket } from 'ws';
import { l16, type NumbersAs, readCommand, type StreamerCommand } from './streamer-wire.js';

/** The api did not take the stream. */
export class StreamRefused extends OperationalError {
  readonly code = 'lab.stream-refused';
  readonly retryable = true;
}

/** `code` is that of the close frame (RFC 6455 §7.4); 1006 when there was none. */
export interface StreamEnd {
  by: 'us' | 'them';
  code: number;
}

export interface StreamerSocketOptions {
  url: string;
  /** The metadata message; null: none is sent. */
  firstText: string | null;
  numbersAs: NumbersAs;
  command: (command: StreamerCommand) => void;
  /** The last thing ever told. */
  closed: (end: StreamEnd) => void;
}

const CONNECT_WITHIN_MS = 5_000;

/** Ringover's end of one stream: its media server connects to the voicebot, sends sound and takes commands. */
export class StreamerSocket {
  #closedByUs = false;

  private constructor(private readonly socket: WebSocket) {}

  /** Resolves when the stream was accepted and the metadata is on its way. @throws StreamRefused */
  static open(options: StreamerSocketOptions): Promise<StreamerSocket> {
    const socket = new WebSocket(options.url, { handshakeTimeout: CONNECT_WITHIN_MS });
    const stream = new StreamerSocket(socket);
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) =>
        reject(new StreamRefused(`the api refused the audio stream: ${error.message}`, { cause: error }));
      socket.once('error', refuse);
      socket.once('open', () => {
        socket.off('error', refuse);
        socket.on('error', () => undefined); // 'close' follows and tells the end
        socket.on('message', (data, isBinary) => options.command(readMessage(data, isBinary, options.numbersAs)));
        socket.once('close', (code) => options.closed({ by: stream.#closedByUs ? 'us' : 'them', code }));
        if (options.firstText !== null) socket.send(options.firstText);
        resolve(stream);
      });
    });
  }

  /** One frame of the caller's sound. */
  sendFrame(samples: Int16Array): void {
    this.socket.send(l16(samples));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  /** Ends the stream as a carrier does when the caller has hung up. */
  close(): void {
    this.#closedByUs ||= this.socket.readyState === WebSocket.OPEN;
    this.socket.close(1_000);
  }
}

function readMessage(data: RawData, isBinary: boolean, numbersAs: NumbersAs): StreamerCommand {
  if (isBinary) return { type: 'unreadable', why: 'a binary message: the streamer documents JSON only' };
  return readCommand((data as Buffer).toString('utf8'), numbersAs);
}
