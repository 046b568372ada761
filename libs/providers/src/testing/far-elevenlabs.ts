import { samplesIn, type SampleRateHz } from '@app/audio';
import type { Fault, VoicePlay } from '@app/conversation/testing';
import type { Clock } from '@app/kernel';
import type { WebSocket } from 'ws';
import { FarServer, spoil } from './far-server.js';

const OVERSIZE_BYTES = 8_100_000;
const CHARACTER_MS = 20;
const PORTION_CHARACTERS = 5;
const MAX_CONTEXTS = 5;
const DIALLED: ReadonlySet<Fault> = new Set(['no-listener', 'half-open', 'status-401', 'status-429', 'status-500']);

interface TheirMessage {
  context_id?: string;
  text?: string;
  flush?: boolean;
  close_context?: boolean;
  close_socket?: boolean;
}

/** 20 ms for each character; which samples, its letters decide, so that no two texts sound the same. */
export function farSound(text: string, rateHz: SampleRateHz): Int16Array {
  const seed = [...text].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0);
  const length = [...text].length * samplesIn(CHARACTER_MS, rateHz);
  return Int16Array.from({ length }, (_, n) => ((seed + n) % 32_000) + 1);
}

/** ElevenLabs' end of `/multi-stream-input`, in the messages of its documentation. */
export class FarElevenLabs {
  /** All that was said to it, in order, over all sockets. */
  readonly told: TheirMessage[] = [];
  /** Messages with snake-case keys, as their examples have them. */
  snakeCase = false;
  readonly #plays: VoicePlay[] = [];
  #refusing: Promise<void> | undefined;
  server!: FarServer;

  private constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
  ) {}

  static async open(clock: Clock, everyMs = 0): Promise<FarElevenLabs> {
    const far = new FarElevenLabs(clock, everyMs);
    far.server = await FarServer.open((socket) => {
      const texts = new Map<string, string>();
      socket.on('message', (data: Buffer) => far.#take(socket, texts, JSON.parse(data.toString()) as TheirMessage));
    });
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
    const isAsked = () => (this.#refusing ? this.server.upgrades.length > 0 : this.told.some(({ flush }) => flush));
    await this.server.seen.until(isAsked);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #take(socket: WebSocket, texts: Map<string, string>, message: TheirMessage): void {
    const { context_id: id = '', text, flush } = message;
    this.told.push(message);
    if (text !== undefined) texts.set(id, (texts.get(id) ?? '') + text);
    if (texts.size > MAX_CONTEXTS) {
      socket.send(JSON.stringify({ message: 'Too many contexts.', error: 'max_active_conversations', code: 1008 }));
      socket.close(1008);
    }
    if (flush) void this.#speak(socket, id, (texts.get(id) ?? '').trim()).then(() => texts.delete(id));
    this.server.seen.changed();
  }

  async #speak(socket: WebSocket, id: string, text: string): Promise<void> {
    const play = this.#plays.shift();
    const all = portionsOf(text, this.#rateHz(socket));
    for (const [n, portion] of all.slice(0, play ? (play.portions ?? 0) : all.length).entries()) {
      if (n > 0 && this.everyMs > 0) await this.clock.sleep(this.everyMs);
      socket.send(JSON.stringify({ ...portion, ...this.#named(id) }));
      await new Promise<void>((resolve) => setImmediate(resolve)); // pieces speak between each other
    }
    if (play) return spoil(socket, play.then, OVERSIZE_BYTES);
    const final = this.snakeCase ? { is_final: true } : { isFinal: true, audio: null };
    socket.send(JSON.stringify({ ...final, ...this.#named(id) }));
  }

  #named(id: string): Record<string, string> {
    return this.snakeCase ? { context_id: id } : { contextId: id };
  }

  #rateHz(socket: WebSocket): SampleRateHz {
    const request = this.server.upgrades[this.server.sockets.indexOf(socket)];
    const format = new URL(request?.url ?? '', 'ws://far').searchParams.get('output_format');
    return Number(format?.replace('pcm_', '')) as SampleRateHz;
  }
}

/** Sound with its alignment, cut between letters of a word and in the middle of samples. */
function portionsOf(text: string, rateHz: SampleRateHz): Record<string, unknown>[] {
  const characters = [...text];
  const sound = Buffer.from(farSound(text, rateHz).buffer);
  const byteAt = (character: number) => {
    const byte = character * samplesIn(CHARACTER_MS, rateHz) * 2;
    return character === 0 || character >= characters.length ? byte : byte + 1;
  };
  const starts = characters.flatMap((_, n) => (n % PORTION_CHARACTERS === 0 ? [n] : []));
  return starts.map((from) => {
    const to = Math.min(from + PORTION_CHARACTERS, characters.length);
    const chars = characters.slice(from, to);
    return {
      audio: sound.subarray(byteAt(from), byteAt(to)).toString('base64'),
      alignment: {
        chars,
        charStartTimesMs: chars.map((_, n) => n * CHARACTER_MS),
        charDurationsMs: chars.map(() => CHARACTER_MS),
      },
    };
  });
}
