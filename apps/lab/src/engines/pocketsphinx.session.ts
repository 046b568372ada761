import type { SampleRateHz } from '@app/audio';
import { MirrorExtension } from './band-extension.js';
import type { ToSphinx } from './pocketsphinx.child.js';
import type { RecognisedWord, RecogniserListener, RecogniserSession } from './recogniser-engine.js';

export interface SphinxSessionParts {
  id: number;
  rateHz: SampleRateHz;
  listener: RecogniserListener;
  tell: (message: ToSphinx) => void;
  closed: () => void;
}

/** One call's part of the decoding process. */
export class SphinxSession implements RecogniserSession {
  readonly listener: RecogniserListener;
  readonly #extension: MirrorExtension | undefined;
  /** Where the utterances began whose words are still to come. */
  readonly #began: number[] = [];
  #beganMs = 0;

  constructor(private readonly parts: SphinxSessionParts) {
    this.listener = parts.listener;
    this.#extension = parts.rateHz === 8_000 ? new MirrorExtension() : undefined;
    parts.tell({ type: 'open', session: parts.id });
  }

  begin(atMs: number): void {
    this.#beganMs = atMs;
    this.parts.tell({ type: 'begin', session: this.parts.id });
  }

  hear(samples: Int16Array): void {
    const wide = this.#extension ? this.#extension.process(samples) : samples.slice();
    this.parts.tell({ type: 'hear', session: this.parts.id, samples: wide });
  }

  settle(): void {
    this.#began.push(this.#beganMs);
    this.parts.tell({ type: 'settle', session: this.parts.id });
  }

  close(): void {
    this.parts.tell({ type: 'close', session: this.parts.id });
    this.parts.closed();
  }

  settled(words: readonly RecognisedWord[]): void {
    const atMs = this.#began.shift() ?? 0;
    this.listener.settled(
      words.map((word) => ({
        ...word,
        startMs: Math.round(atMs + word.startMs),
        endMs: Math.round(atMs + word.endMs),
      })),
    );
  }
}
