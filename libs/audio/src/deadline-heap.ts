/** Something with a moment at which it is due. `at` is the heap's own note of where it lies: -1 outside. */
export interface Deadline {
  dueMs: number;
  at: number;
}

/** A binary heap: the earliest deadline first, every change in O(log n), nothing allocated but the slots themselves. */
export class DeadlineHeap<T extends Deadline> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The one that is due first. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#place(item, this.#items.length);
    this.#rise(item);
  }

  /** Takes it out, wherever it lies; one that is not inside stays where it is. */
  remove(item: T): void {
    if (item.at < 0) return;
    const hole = item.at;
    const last = this.#items.pop();
    item.at = -1;
    if (!last || last === item) return;
    this.#place(last, hole);
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    for (const item of this.#items) item.at = -1;
    this.#items.length = 0;
  }

  #rise(item: T): void {
    for (;;) {
      const parent = this.#items[(item.at - 1) >> 1];
      if (item.at === 0 || !parent || parent.dueMs <= item.dueMs) return;
      this.#swap(item, parent);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const left = this.#items[2 * item.at + 1];
      const right = this.#items[2 * item.at + 2];
      const child = right && left && right.dueMs < left.dueMs ? right : left;
      if (!child || child.dueMs >= item.dueMs) return;
      this.#swap(item, child);
    }
  }

  #swap(one: T, other: T): void {
    const { at } = one;
    this.#place(one, other.at);
    this.#place(other, at);
  }

  #place(item: T, at: number): void {
    this.#items[at] = item;
    item.at = at;
  }
}
