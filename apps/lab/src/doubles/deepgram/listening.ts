import { FRAME_MS, type SampleRateHz, samplesIn } from '@app/audio';
import type { RecognisedWord, RecogniserListener, RecogniserSession } from '../../engines/recogniser-engine.js';
import type { Told } from './deepgram-messages.js';
import { Endpointer } from './endpointer.js';

/** Why words are settled. */
export type Because = 'endpoint' | 'pause' | 'finalize' | 'close';

/** What was heard; places in ms since the session's first sample. */
export type Hearing =
  | { type: 'voice'; atMs: number }
  | { type: 'guess'; told: Told }
  | { type: 'settled'; told: Told; because: Because; askedAtMs: number }
  | { type: 'utterance-ended'; lastWordEndMs: number };

export interface ListeningOptions {
  rateHz: SampleRateHz;
  /** Silence after which speech has ended. */
  endpointingMs: number;
  /** Silence after the last word after which the utterance has ended; undefined: nobody asks. */
  utteranceEndMs: number | undefined;
  open: (listener: RecogniserListener) => RecogniserSession;
  tell: (hearing: Hearing) => void;
  /** When words were asked for is told with them. */
  nowMs: () => number;
  /** The recogniser is gone. */
  lost: () => void;
}

interface Settling {
  because: Because;
  askedAtMs: number;
  startMs: number;
  endMs: number;
}

/** An utterance begins so much before its voice was sure, or its first sound would be lost. */
const PRE_ROLL_FRAMES = 15;
/** Beyond this an utterance is settled at its next pause; theirs does it every three to five seconds. */
const LONG_MS = 5_000;
const GUESS_CONFIDENCE = 0.8;

/** The sound of one session: finds the utterances, and has a recogniser find their words. It reads no clock. */
export class Listening implements RecogniserListener {
  readonly #endpointer: Endpointer;
  readonly #session: RecogniserSession;
  readonly #frame: Int16Array;
  #filled = 0;
  readonly #before: Int16Array[] = [];
  readonly #settlings: Settling[] = [];
  /** Where the utterance began that is being heard. */
  #beganMs: number | undefined;
  /** Of words after which no end of the utterance was told. */
  #lastWordEndMs: number | undefined;

  constructor(private readonly options: ListeningOptions) {
    this.#endpointer = new Endpointer(options.rateHz, options.endpointingMs);
    this.#frame = new Int16Array(samplesIn(FRAME_MS, options.rateHz));
    this.#session = options.open(this);
  }

  get positionMs(): number {
    return this.#endpointer.positionMs;
  }

  /** Since the last voice. Milliseconds. */
  get silentMs(): number {
    return this.#endpointer.positionMs - this.#endpointer.lastVoiceMs;
  }

  hear(samples: Int16Array): void {
    for (let at = 0; at < samples.length;) {
      const count = Math.min(samples.length - at, this.#frame.length - this.#filled);
      this.#frame.set(samples.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#frame.length) this.#hearFrame();
    }
  }

  /** Settles what was said so far; always answered, by no words when there were none. */
  settle(because: Because): void {
    const endMs = this.#endpointer.lastVoiceMs;
    const askedAtMs = this.options.nowMs();
    this.#settlings.push({ because, askedAtMs, startMs: this.#beganMs ?? endMs, endMs });
    this.#beganMs = undefined;
    this.#session.settle();
    if (this.#endpointer.speaking && because !== 'close') this.#begin(); // what goes on is a new utterance
  }

  close(): void {
    this.#session.close();
  }

  guessed(text: string): void {
    const startMs = this.#settlings[0]?.startMs ?? this.#beganMs; // answered in the order in which it was asked
    if (startMs === undefined || text === '') return;
    const endMs = this.positionMs;
    const words = evenly(text.split(' '), startMs, endMs);
    const told = { words, startMs, endMs, isFinal: false, speechFinal: false, fromFinalize: false };
    this.options.tell({ type: 'guess', told });
  }

  settled(words: readonly RecognisedWord[]): void {
    const settling = this.#settlings.shift();
    if (!settling) return;
    const { because, askedAtMs, startMs, endMs } = settling;
    this.#lastWordEndMs = words.at(-1)?.endMs ?? this.#lastWordEndMs;
    const [speechFinal, fromFinalize] = [because === 'endpoint', because === 'finalize'];
    const told = { words, startMs, endMs, isFinal: true, speechFinal, fromFinalize };
    this.options.tell({ type: 'settled', because, askedAtMs, told });
  }

  lost(): void {
    this.options.lost();
  }

  #hearFrame(): void {
    this.#filled = 0;
    const endpoint = this.#endpointer.push(this.#frame);
    if (this.#beganMs === undefined) this.#keep();
    else this.#session.hear(this.#frame);
    if (endpoint?.type === 'speech-started') {
      this.#begin();
      this.options.tell({ type: 'voice', atMs: endpoint.atMs });
    }
    if (endpoint?.type === 'speech-paused' && this.positionMs - (this.#beganMs ?? Infinity) > LONG_MS)
      this.settle('pause');
    if (endpoint?.type === 'speech-ended') this.settle('endpoint');
    this.#endUtterance();
  }

  #keep(): void {
    this.#before.push(this.#frame.slice());
    if (this.#before.length > PRE_ROLL_FRAMES) this.#before.shift();
  }

  #begin(): void {
    this.#beganMs = this.positionMs - this.#before.length * FRAME_MS;
    this.#session.begin(this.#beganMs);
    for (const frame of this.#before.splice(0)) this.#session.hear(frame);
  }

  #endUtterance(): void {
    const lastWordEndMs = this.#lastWordEndMs;
    if (lastWordEndMs === undefined || this.options.utteranceEndMs === undefined) return;
    if (this.#beganMs !== undefined || this.#settlings.length > 0) return;
    if (this.positionMs - lastWordEndMs < this.options.utteranceEndMs) return;
    this.#lastWordEndMs = undefined;
    this.options.tell({ type: 'utterance-ended', lastWordEndMs });
  }
}

/** Words of a guess have no places yet. */
function evenly(words: readonly string[], startMs: number, endMs: number): RecognisedWord[] {
  const each = (endMs - startMs) / words.length;
  return words.map((text, at) => ({
    text,
    startMs: Math.round(startMs + at * each),
    endMs: Math.round(startMs + (at + 1) * each),
    confidence: GUESS_CONFIDENCE,
  }));
}
