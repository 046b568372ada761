import { durationMs, rms, type SampleRateHz } from '@app/audio';
import type { RecogniserEngine, RecogniserListener, RecogniserRequest, RecogniserSession } from './recogniser-engine.js';

/** How long a word takes a caller, about: so many words have been guessed after so much voice. */
const MS_PER_WORD = 280;
const GUESS_EVERY_MS = 200;
/** Below this a frame is a line's noise. */
const VOICE_RMS = 250;

/**
 * Knows what its callers will say: each utterance is the next sentence of the script, word by word while there is voice.
 * How well it understood says nothing; it stands in where real recognisers would be too many for the machine.
 */
export class ScriptRecogniser implements RecogniserEngine {
  readonly kind = 'script';

  /** @param sentencesOf what the caller of this call says, in order; undefined as long as nobody told */
  constructor(private readonly sentencesOf: (callId: string) => readonly string[] | undefined) {}

  open({ callId, rateHz, listener }: RecogniserRequest): RecogniserSession {
    return new ScriptSession(() => this.sentencesOf(callId) ?? [], rateHz, listener);
  }
}

class ScriptSession implements RecogniserSession {
  #next = 0;
  #beganMs = 0;
  #voicedMs = 0;
  #untoldMs = 0;

  constructor(
    private readonly sentences: () => readonly string[],
    private readonly rateHz: SampleRateHz,
    private readonly listener: RecogniserListener,
  ) {}

  begin(atMs: number): void {
    this.#beganMs = atMs;
    this.#voicedMs = 0;
  }

  hear(samples: Int16Array): void {
    if (rms(samples) < VOICE_RMS) return;
    const lengthMs = durationMs(samples.length, this.rateHz);
    this.#voicedMs += lengthMs;
    this.#untoldMs += lengthMs;
    if (this.#untoldMs < GUESS_EVERY_MS) return;
    this.#untoldMs = 0;
    this.listener.guessed(this.#words().slice(0, Math.floor(this.#voicedMs / MS_PER_WORD)).join(' '));
  }

  settle(): void {
    const words = this.#voicedMs > 0 ? this.#words() : [];
    if (words.length > 0) this.#next += 1;
    const each = this.#voicedMs / Math.max(1, words.length);
    this.listener.settled(
      words.map((text, n) => ({
        text,
        startMs: this.#beganMs + n * each,
        endMs: this.#beganMs + (n + 1) * each,
        confidence: 1,
      })),
    );
    this.#voicedMs = 0;
  }

  close(): void {}

  #words(): string[] {
    return (this.sentences()[this.#next] ?? '').split(' ').filter((word) => word !== '');
  }
}
