import { blockBytes, type BlockViews, viewsOf, WINDOW_SAMPLES } from './silero-batch.js';

const FIRST_CAPACITY = 64;

/** Windows that wait for one trip to the voice detector's thread, and whose they are. It grows, and is used again. */
export class WindowBlock<Owner> {
  readonly owners: Owner[] = [];
  #capacity = FIRST_CAPACITY;
  #buffer = new SharedArrayBuffer(blockBytes(FIRST_CAPACITY));
  #views: BlockViews = viewsOf(this.#buffer, FIRST_CAPACITY);

  get count(): number {
    return this.owners.length;
  }

  get views(): BlockViews {
    return this.#views;
  }

  /** What the thread needs of it. */
  get message(): { buffer: SharedArrayBuffer; capacity: number; count: number } {
    return { buffer: this.#buffer, capacity: this.#capacity, count: this.count };
  }

  /** Copies the window. @param slot where its call's state lies, with `NEW_CALL` on the first of a call */
  add(owner: Owner, window: Int16Array, slot: number): void {
    if (this.count === this.#capacity) this.#move(2 * this.#capacity);
    this.#views.slots[this.count] = slot;
    this.#views.samples.set(window, this.count * WINDOW_SAMPLES);
    this.owners.push(owner);
  }

  window(at: number): Int16Array {
    return this.#views.samples.subarray(at * WINDOW_SAMPLES, (at + 1) * WINDOW_SAMPLES);
  }

  probability(at: number): number {
    return this.#views.probabilities[at] ?? 0;
  }

  clear(): void {
    this.owners.length = 0;
  }

  /** Moves to other memory, out of reach of a thread that was given this. */
  leaveThread(): void {
    this.#move(this.#capacity);
  }

  #move(capacity: number): void {
    const before = this.#views;
    this.#capacity = capacity;
    this.#buffer = new SharedArrayBuffer(blockBytes(capacity));
    this.#views = viewsOf(this.#buffer, capacity);
    this.#views.slots.set(before.slots);
    this.#views.samples.set(before.samples);
  }
}
