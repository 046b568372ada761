import { FRAME_MS } from '@app/audio';
import type { LineEnd, LineListener } from '@app/conversation/ports';

/** A second of sound: what a line keeps until somebody listens. */
const MAX_FRAMES = 1_000 / FRAME_MS;
const MAX_DIGITS = 64;

/** Listens until the conversation does, and keeps the latest second, the digits, and the end. */
export class EarlyListener implements LineListener {
  readonly #frames: Int16Array[] = [];
  readonly #digits: string[] = [];
  #end: LineEnd | undefined;

  frame(samples: Int16Array): void {
    if (this.#frames.length === MAX_FRAMES) this.#frames.shift();
    this.#frames.push(samples.slice());
  }

  digit(digit: string): void {
    if (this.#digits.length < MAX_DIGITS) this.#digits.push(digit);
  }

  mark(): void {} // a line without marks tells none

  closed(end: LineEnd): void {
    this.#end = end;
  }

  /** Tells all that was kept: sound, digits, the end. */
  retell(listener: LineListener): void {
    for (const frame of this.#frames) listener.frame(frame);
    for (const digit of this.#digits) listener.digit(digit);
    if (this.#end) listener.closed(this.#end);
  }
}
