import { mixInto } from '@app/audio';

/** Mono sound by place, as long as it needs to be: silent wherever nothing was written. Places are samples from 0. */
export class SoundTimeline {
  #samples: Int16Array = new Int16Array(2 ** 19);

  write(place: number, samples: Int16Array): void {
    this.#reserve(place + samples.length);
    this.#samples.set(samples, place);
  }

  mix(place: number, samples: Int16Array): void {
    this.#reserve(place + samples.length);
    mixInto(this.#samples, samples, place);
  }

  silence(from: number, to: number): void {
    if (from < to) this.#samples.fill(0, from, to);
  }

  /** A copy. */
  read(from: number, to: number): Int16Array {
    this.#reserve(to);
    return this.#samples.slice(from, to);
  }

  #reserve(length: number): void {
    if (length <= this.#samples.length) return;
    const longer = new Int16Array(Math.max(length, this.#samples.length * 2));
    longer.set(this.#samples);
    this.#samples = longer;
  }
}
