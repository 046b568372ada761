import type { HeardWord } from '@app/conversation/ports';
import type { Fault, SpeechToTextFarEnd } from '@app/conversation/testing';
import type { WebSocket } from 'ws';
import { FarServer, spoil } from './far-server.js';

const OVERSIZE_BYTES = 1_100_000;

/** Deepgram's end of `/v1/listen`, in the messages of its documentation. */
export class FarDeepgram implements SpeechToTextFarEnd {
  /** All sound, over all sessions. */
  sound = Buffer.alloc(0);
  /** All text messages, over all sessions, by type. */
  readonly told: string[] = [];
  server!: FarServer;

  static async open({
    autoPong = true,
    greeting,
  }: { autoPong?: boolean; greeting?: string } = {}): Promise<FarDeepgram> {
    const far = new FarDeepgram();
    far.server = await FarServer.open((socket) => {
      socket.on('message', (data: Buffer, isBinary) => far.#take(data, isBinary));
      if (greeting) socket.send(greeting);
    }, autoPong);
    return far;
  }

  change(text: string): void {
    this.results({ is_final: false, speech_final: false }, { transcript: text, confidence: 0.5, words: [] });
  }

  settle(text: string, { confidence, words }: { confidence: number; words: readonly HeardWord[] }): void {
    const theirs = words.map((word) => ({
      word: word.text.toLowerCase(),
      punctuated_word: word.text,
      start: word.startMs / 1_000,
      end: word.endMs / 1_000,
      confidence,
    }));
    this.results({ is_final: true, speech_final: false }, { transcript: text, confidence, words: theirs });
  }

  endSpeech(): void {
    this.send({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: 2.4 });
  }

  results(flags: Record<string, boolean>, alternative: Record<string, unknown>): void {
    const place = { channel_index: [0, 1], duration: 1, start: 0, metadata: { request_id: 'r' } };
    this.send({ type: 'Results', ...place, ...flags, channel: { alternatives: [alternative] } });
  }

  send(message: Record<string, unknown>): void {
    this.#socket?.send(JSON.stringify(message));
  }

  refuse(fault: Fault): void {
    this.#refusing = this.server.refuseNext(fault);
  }

  fail(fault: Fault): void {
    spoil(this.#socket, fault, OVERSIZE_BYTES);
  }

  async reached(): Promise<void> {
    await this.#refusing;
    if (this.server.http.listening) await this.server.seen.until(() => this.server.upgrades.length > 0);
  }

  hears(samples: number): Promise<void> {
    return this.server.seen.until(() => this.sound.length === samples * 2);
  }

  finishes(times: number): Promise<void> {
    return this.server.seen.until(() => this.told.filter((type) => type === 'Finalize').length === times);
  }

  #refusing: Promise<void> | undefined;

  get #socket(): WebSocket | undefined {
    return this.server.sockets.at(-1);
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.sound = Buffer.concat([this.sound, data]);
    else this.told.push((JSON.parse(data.toString()) as { type: string }).type);
    this.server.seen.changed();
  }
}
