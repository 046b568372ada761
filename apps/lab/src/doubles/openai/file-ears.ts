import { durationMs, FRAME_MS, type SampleRateHz, samplesIn } from '@app/audio';
import type { Cancel } from '@app/kernel';
import type { RecognisedWord, RecogniserSession } from '../../engines/recogniser-engine.js';
import { type EarParts, openEar } from '../open-ear.js';

/** A call that sends nothing for so long has no ear any more: there are few, and it gets one again. */
const IDLE_MS = 30_000;

interface Ear {
  session: RecogniserSession;
  /** Sound so far. */
  atMs: number;
  answers: ((words: readonly RecognisedWord[]) => void)[];
  idle: Cancel;
}

/** An ear for each call that sends files, kept from one to the next: who goes by a script must know how far it is. */
export class FileEars {
  readonly #ears = new Map<string, Ear>();

  constructor(private readonly parts: EarParts) {}

  /** @returns what was understood; nothing when the ear was lost */
  hear(
    callId: string,
    { samples, rateHz, language }: { samples: Int16Array; rateHz: SampleRateHz; language: string },
  ): Promise<readonly RecognisedWord[]> {
    const ear = this.#earOf(callId, rateHz, language);
    ear.idle();
    ear.idle = this.parts.clock.after(IDLE_MS, () => this.#forget(callId));
    const beganMs = ear.atMs;
    ear.atMs += durationMs(samples.length, rateHz);
    ear.session.begin(beganMs);
    const frame = samplesIn(FRAME_MS, rateHz);
    for (let at = 0; at < samples.length; at += frame) ear.session.hear(samples.subarray(at, at + frame));
    return new Promise((resolve) => {
      ear.answers.push((words) => {
        this.#note(callId, { words, startMs: beganMs, endMs: ear.atMs });
        resolve(words);
      });
      ear.session.settle();
    });
  }

  close(): void {
    for (const callId of [...this.#ears.keys()]) this.#forget(callId);
  }

  #earOf(callId: string, rateHz: SampleRateHz, language: string): Ear {
    const key = callId;
    const known = this.#ears.get(key);
    if (known) return known;
    const answers: Ear['answers'] = [];
    const listener = {
      guessed: () => undefined,
      settled: (words: readonly RecognisedWord[]) => answers.shift()?.(words),
      lost: () => this.#forget(key),
    };
    const session = openEar(this.parts, { callId, rateHz, language, listener, placeless: true });
    const ear: Ear = { session, atMs: 0, answers, idle: () => undefined };
    this.#ears.set(key, ear);
    return ear;
  }

  #note(callId: string, heard: { words: readonly RecognisedWord[]; startMs: number; endMs: number }): void {
    if (heard.words.length === 0) return;
    this.parts.evidence.noteRecognised(callId, { ...heard, atMs: this.parts.clock.date().getTime() });
  }

  #forget(callId: string): void {
    const ear = this.#ears.get(callId);
    this.#ears.delete(callId);
    ear?.idle();
    ear?.session.close();
    for (const answer of ear?.answers.splice(0) ?? []) answer([]);
  }
}
