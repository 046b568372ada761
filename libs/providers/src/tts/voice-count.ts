import type { SpeakOptions, UsageLoss } from '@app/conversation/ports';

export interface CountedPiece extends SpeakOptions {
  /** `vendor/model`. */
  provider: string;
  /** Of the text as it is sent. */
  characters: number;
}

/**
 * Counts one piece of a voice and tells it once: when it is whole, broke off after some sound, or is stopped, since
 * voices charge for what they were asked to say. One that fails before any sound is not counted.
 */
export class VoiceCount {
  soundMs = 0;
  #isTold = false;

  constructor(private readonly piece: CountedPiece) {
    const { signal } = piece;
    if (!signal.aborted) signal.addEventListener('abort', this.#stopped, { once: true });
  }

  over(): void {
    this.#tell();
  }

  broke(): void {
    if (this.soundMs > 0) this.#tell('broken');
    this.#forget();
  }

  readonly #stopped = (): void => this.#tell();

  #tell(lost?: UsageLoss): void {
    if (this.#isTold) return;
    this.#forget();
    const { provider, characters, onUsed } = this.piece;
    onUsed?.({ stage: 'voice', provider, characters, soundMs: Math.round(this.soundMs), ...(lost && { lost }) });
  }

  #forget(): void {
    this.#isTold = true;
    this.piece.signal.removeEventListener('abort', this.#stopped);
  }
}
