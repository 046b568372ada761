import type { SampleRateHz } from '@app/audio';
import type { Fault, VoicePlay } from '@app/conversation/testing';
import type { Clock } from '@app/kernel';
import type { WebSocket } from 'ws';
import { farSound } from './far-elevenlabs.js';
import { FarServer, spoil } from './far-server.js';

const PORTION_BYTES = 1_601; // cuts samples in two
const OVERSIZE_BYTES = 1_100_000;
const DIALLED: ReadonlySet<Fault> = new Set(['no-listener', 'half-open', 'status-401', 'status-429', 'status-500']);

interface TheirMessage {
  type: 'Speak' | 'Flush' | 'Clear' | 'Close';
  text?: string;
}

/** Deepgram's end of `/v1/speak`, in the messages of its documentation. */
export class FarAura {
  /** All that was said to it, in order, over all sockets. */
  readonly told: TheirMessage[] = [];
  /** A cleared flush is answered all the same, after the clearing. */
  answersClearedFlushes = false;
  /** A `Clear` is never answered. */
  keepsClears = false;
  readonly #plays: VoicePlay[] = [];
  #refusing: Promise<void> | undefined;
  server!: FarServer;

  private constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
  ) {}

  static async open(clock: Clock, everyMs = 0): Promise<FarAura> {
    const far = new FarAura(clock, everyMs);
    far.server = await FarServer.open((socket) => far.#meet(socket));
    return far;
  }

  /** What becomes of the next piece, or of the next socket. */
  play(play: VoicePlay): void {
    if (DIALLED.has(play.then)) this.#refusing = this.server.refuseNext(play.then);
    else this.#plays.push(play);
  }

  async asked(): Promise<void> {
    await this.#refusing;
    if (!this.server.http.listening) return;
    const isAsked = () =>
      this.#refusing ? this.server.upgrades.length > 0 : this.told.some(({ type }) => type === 'Flush');
    await this.server.seen.until(isAsked);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #meet(socket: WebSocket): void {
    let [text, flushes] = ['', 0];
    let cleared = new AbortController();
    socket.send(JSON.stringify({ type: 'Metadata', request_id: 'r', model_name: 'aura' }));
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as TheirMessage;
      this.told.push(message);
      if (message.type === 'Speak') text += message.text ?? '';
      if (message.type === 'Flush') {
        void this.#speak(socket, text, ++flushes, cleared.signal).catch(() => undefined);
        text = '';
      }
      if (message.type === 'Clear') {
        cleared.abort();
        cleared = new AbortController();
        if (!this.keepsClears) socket.send(JSON.stringify({ type: 'Cleared', sequence_id: flushes }));
        if (this.answersClearedFlushes) socket.send(JSON.stringify({ type: 'Flushed', sequence_id: flushes }));
      }
      this.server.seen.changed();
    });
  }

  async #speak(socket: WebSocket, text: string, sequenceId: number, cleared: AbortSignal): Promise<void> {
    const play = this.#plays.shift();
    const sound = Buffer.from(farSound(text, this.#rateHz(socket)).buffer);
    const starts = Array.from({ length: Math.ceil(sound.length / PORTION_BYTES) }, (_, n) => n * PORTION_BYTES);
    for (const from of starts.slice(0, play ? (play.portions ?? 0) : undefined)) {
      if (from > 0 && this.everyMs > 0) await this.clock.sleep(this.everyMs, cleared);
      cleared.throwIfAborted();
      socket.send(sound.subarray(from, from + PORTION_BYTES));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (play?.then === 'silent') return; // it goes on reading
    if (play) return spoil(socket, play.then, OVERSIZE_BYTES);
    socket.send(JSON.stringify({ type: 'Flushed', sequence_id: sequenceId }));
  }

  #rateHz(socket: WebSocket): SampleRateHz {
    const request = this.server.upgrades[this.server.sockets.indexOf(socket)];
    return Number(new URL(request?.url ?? '', 'ws://far').searchParams.get('sample_rate')) as SampleRateHz;
  }
}
