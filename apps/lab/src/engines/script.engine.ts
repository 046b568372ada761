import { durationMs, rms } from '@app/audio';
import type { RecognisedWord, RecogniserEngine, RecogniserRequest, RecogniserSession } from './recogniser-engine.js';

/** A line that a caller is going to say. */
export interface ScriptLine {
  text: string;
  /** Where its sound begins, in ms since the first sample that the recogniser is sent; absent: after the line before it. */
  startMs?: number | undefined;
  /** How long its sound is; absent: by the number of its letters. */
  lengthMs?: number | undefined;
}

/** Of flite's voices, on average. */
const MS_PER_LETTER = 65;
/** Below this a stretch is a line's noise. */
const VOICE_RMS = 150;
/** How far from its place a line may be found. */
const NEAR_MS = 1_500;
/** A pause within a line; after a longer one it counts as over. */
const PAUSE_MS = 1_500;
/** Words told by the length of the sound lag: a line of which so much is told, or so little is left, is told to its end. */
const WHOLE_FROM = 0.75;
const LITTLE_MS = 400;
/** So much shorter than its length a line may have sounded when it is over. */
const INEXACT_MS = 60;
const CONFIDENCE = 0.98;

/**
 * Knows what its caller will say, and tells it word by word while there is voice: how well it understood says nothing.
 * It stands in where real recognisers would be too many for the machine, and for languages that they do not know.
 */
export class ScriptEngine implements RecogniserEngine {
  readonly kind = 'script';

  /** Lines whose words were settled, in whichever session of their call: another that takes its place goes on after them. */
  readonly #settled = new WeakSet<ScriptLine>();

  /** @param scriptOf asked at each utterance until there is a line for it, because a caller may tell late */
  constructor(private readonly scriptOf: (callId: string) => readonly ScriptLine[]) {}

  open(request: RecogniserRequest): RecogniserSession {
    const left = () => this.scriptOf(request.callId).filter((line) => !this.#settled.has(line));
    return new ScriptSession(request, left, (line) => this.#settled.add(line));
  }
}

interface Saying {
  line: ScriptLine;
  words: readonly string[];
  lengthMs: number;
  /** Words told so far in guesses, and settled so far. */
  told: number;
  settled: number;
  /** Sound of it so far, up to its last voice; and where that was. */
  spokenMs: number;
  lastVoiceMs: number;
}

/** A line that was told whole may still sound for a while: what is heard of it then is none of the next line's. */
const goesOn = ({ words, settled, spokenMs, lengthMs, lastVoiceMs }: Saying, atMs: number): boolean =>
  atMs - lastVoiceMs <= PAUSE_MS && (settled < words.length || spokenMs < lengthMs - INEXACT_MS);

class ScriptSession implements RecogniserSession {
  readonly #used = new WeakSet<ScriptLine>();
  #saying: Saying | undefined;
  #open = false;
  #atMs = 0;
  #beganMs: number | undefined;

  constructor(
    private readonly request: RecogniserRequest,
    private readonly script: () => readonly ScriptLine[],
    private readonly settledOf: (line: ScriptLine) => void,
  ) {}

  begin(atMs: number): void {
    if (!this.#saying || !goesOn(this.#saying, atMs)) this.#saying = this.#next(atMs);
    this.#open = true;
    this.#atMs = atMs;
    this.#beganMs = undefined;
  }

  hear(samples: Int16Array): void {
    const lengthMs = durationMs(samples.length, this.request.rateHz);
    this.#atMs += lengthMs;
    if (!this.#open || rms(samples) < VOICE_RMS) return;
    const saying = (this.#saying ??= this.#next(this.#atMs - lengthMs));
    if (!saying) return;
    this.#beganMs ??= this.#atMs - lengthMs - saying.spokenMs;
    saying.lastVoiceMs = this.#atMs;
    saying.spokenMs = this.#atMs - this.#beganMs;
    const told = Math.floor((saying.words.length * saying.spokenMs) / saying.lengthMs);
    if (told <= saying.told) return;
    saying.told = Math.min(saying.words.length, told);
    this.request.listener.guessed(saying.words.slice(saying.settled, saying.told).join(' '));
  }

  settle(): void {
    const saying = this.#open && this.#beganMs !== undefined ? this.#saying : undefined;
    this.#open = false;
    if (!saying) return this.request.listener.settled([]);
    const { words, told, lengthMs, spokenMs } = saying;
    if (told >= words.length * WHOLE_FROM || lengthMs - spokenMs <= LITTLE_MS) saying.told = words.length;
    const from = saying.settled;
    saying.settled = saying.told;
    if (saying.settled > 0) this.settledOf(saying.line);
    this.request.listener.settled(this.#placed(saying, from));
  }

  close(): void {
    this.#open = false;
  }

  #placed({ words, lengthMs, told }: Saying, from: number): RecognisedWord[] {
    const each = lengthMs / words.length;
    const beganMs = this.#beganMs ?? 0;
    return words.slice(from, told).map((text, at) => ({
      text,
      startMs: Math.round(beganMs + (from + at) * each),
      endMs: Math.round(beganMs + (from + at + 1) * each),
      confidence: CONFIDENCE,
    }));
  }

  #next(atMs: number): Saying | undefined {
    const left = this.script().filter((line) => !this.#used.has(line));
    const near = left
      .map((line) => ({ line, offMs: Math.abs((line.startMs ?? Infinity) - atMs) }))
      .filter(({ offMs }) => offMs <= NEAR_MS)
      .sort((one, other) => one.offMs - other.offMs)[0];
    const next = left.find(({ startMs }) => this.request.placeless || startMs === undefined);
    const line = this.request.placeless ? next : (near?.line ?? next);
    if (!line) return undefined;
    const { text, lengthMs = text.length * MS_PER_LETTER } = line;
    this.#used.add(line);
    const words = text.split(/\s+/).filter((word) => word !== '');
    return { line, words, lengthMs, told: 0, settled: 0, spokenMs: 0, lastVoiceMs: atMs };
  }
}
