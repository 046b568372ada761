import { durationMs, samplesIn, type SampleRateHz } from '@app/audio';
import type { Clock } from '@app/kernel';
import { ProviderError } from '../ports/provider-error.js';
import type {
  Spoken,
  SpokenWord,
  TextToSpeech,
  TextToSpeechCapabilities,
  TextToSpeechOptions,
  TextToSpeechSession,
} from '../ports/text-to-speech.port.js';
import { wait } from './wait.js';

export interface TextToSpeechScript {
  name?: string;
  /** How long each word sounds. */
  msPerWord?: number;
  /** From being asked to the first sound. */
  firstAudioMs?: number;
  /** Length of one `Spoken`; the last may be shorter. */
  chunkMs?: number;
  /** What passes between two of them: 0 is as fast as they are read, `chunkMs` is real time. */
  paceMs?: number;
  wordTimes?: boolean;
}

/** What goes wrong with a piece, after so much of its sound. */
type Fault = { type: 'fails'; error: Error; afterMs: number; delayMs: number } | { type: 'hangs'; afterMs: number };

/** A voice whose sound lasts as its words do. Each sample tells its place in the piece: 1 to 32,000, and again. */
export class ScriptedTextToSpeech implements TextToSpeech {
  readonly name: string;
  readonly capabilities: TextToSpeechCapabilities;
  readonly sessions: TextToSpeechOptions[] = [];
  /** Every piece that was asked for, over all sessions, in order. */
  readonly pieces: { text: string; state: 'running' | 'finished' | 'failed' | 'aborted' }[] = [];
  readonly #faults = new Map<number, Fault>();
  readonly #script: Required<TextToSpeechScript>;

  constructor(
    private readonly clock: Clock,
    script: TextToSpeechScript = {},
  ) {
    const usual = {
      name: 'scripted/voice',
      msPerWord: 300,
      firstAudioMs: 100,
      chunkMs: 100,
      paceMs: 0,
      wordTimes: true,
    };
    this.#script = { ...usual, ...script };
    this.name = this.#script.name;
    this.capabilities = { wordTimes: this.#script.wordTimes };
  }

  /** The nth piece, counted from 1, throws after so much of its sound, `delayMs` later. */
  failAt(nth: number, error: Error = new ProviderError(this.name, 'unreachable'), afterMs = 0, delayMs = 0): void {
    this.#faults.set(nth, { type: 'fails', error, afterMs, delayMs });
  }

  /** The nth piece, counted from 1, stops after so much of its sound and never ends, until aborted. */
  hangAt(nth: number, afterMs = 0): void {
    this.#faults.set(nth, { type: 'hangs', afterMs });
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    this.sessions.push(options);
    return {
      speak: (text, { signal }) => this.#speak(text, options.rateHz, AbortSignal.any([options.signal, signal])),
    };
  }

  async *#speak(text: string, rateHz: SampleRateHz, signal: AbortSignal): AsyncGenerator<Spoken> {
    const piece: (typeof this.pieces)[number] = { text, state: 'running' };
    const fault = this.#faults.get(this.pieces.push(piece));
    try {
      signal.throwIfAborted();
      await wait(this.clock, this.#script.firstAudioMs, signal);
      for (const spoken of this.#chunksOf(text, rateHz)) {
        if (fault && spoken.startMs >= fault.afterMs) await this.#befall(fault, signal);
        if (spoken.startMs > 0) await wait(this.clock, this.#script.paceMs, signal);
        signal.throwIfAborted();
        yield { samples: spoken.samples, words: spoken.words };
      }
      if (fault) await this.#befall(fault, signal);
      piece.state = 'finished';
    } finally {
      if (piece.state === 'running') piece.state = fault && !signal.aborted ? 'failed' : 'aborted';
    }
  }

  *#chunksOf(text: string, rateHz: SampleRateHz): Generator<Spoken & { startMs: number }> {
    const { msPerWord, chunkMs, wordTimes } = this.#script;
    const words = placed(text, msPerWord);
    const total = samplesIn(words.length * msPerWord, rateHz);
    const step = samplesIn(chunkMs, rateHz);
    for (let from = 0; from < total; from += step) {
      const samples = Int16Array.from({ length: Math.min(step, total - from) }, (_, n) => ((from + n) % 32_000) + 1);
      const startMs = durationMs(from, rateHz);
      const starts = ({ startMs: at }: SpokenWord) => at >= startMs && at < startMs + chunkMs;
      yield { samples, words: wordTimes ? words.filter(starts) : [], startMs };
    }
  }

  async #befall(fault: Fault, signal: AbortSignal): Promise<void> {
    await wait(this.clock, fault.type === 'hangs' ? Infinity : fault.delayMs, signal);
    if (fault.type === 'fails') throw fault.error;
  }
}

const placed = (text: string, msPerWord: number): SpokenWord[] =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .map((word, n) => ({ text: word, startMs: n * msPerWord, endMs: (n + 1) * msPerWord }));
