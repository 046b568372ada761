import { Cutter } from '@app/audio';
import type { VoiceDetectorSession } from '@app/conversation/ports';
import { NEW_CALL, WINDOW_SAMPLES } from './silero-batch.js';

/** What a session asks of the detector that it belongs to. */
export interface SessionOwner {
  /** The array is used again: copy it. */
  take(session: SileroSession, window: Int16Array): void;
  leave(session: SileroSession): void;
}

/** One call at the detector: cuts its sound into windows, and is told what became of them. */
export class SileroSession implements VoiceDetectorSession {
  readonly #windows: Cutter;
  #place: number;
  #tell: ((probability: number) => void) | undefined;

  constructor(
    /** Where the model's state of this call lies. */
    readonly slot: number,
    private readonly owner: SessionOwner,
    tell: (probability: number) => void,
  ) {
    this.#tell = tell;
    this.#place = slot | NEW_CALL;
    this.#windows = new Cutter(WINDOW_SAMPLES, (window) => this.owner.take(this, window));
  }

  get isOpen(): boolean {
    return this.#tell !== undefined;
  }

  push(samples8k: Int16Array): void {
    if (this.#tell) this.#windows.push(samples8k);
  }

  /** What the next window is marked with: the slot, with `NEW_CALL` the first time. */
  takePlace(): number {
    const place = this.#place;
    this.#place = this.slot;
    return place;
  }

  tell(probability: number): void {
    this.#tell?.(probability);
  }

  close(): void {
    if (!this.#tell) return;
    this.#tell = undefined;
    this.owner.leave(this);
  }
}
