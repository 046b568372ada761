import { WindowBlock } from './window-block.js';

/** Windows on their way to a thread that judges one block at a time: one block is filled while the other is away. */
export class Outbox<Owner> {
  #filling = new WindowBlock<Owner>();
  #spare = new WindowBlock<Owner>();
  #away: WindowBlock<Owner> | undefined;

  /** Windows that wait to be sent. */
  get waiting(): number {
    return this.#filling.count;
  }

  /** The block that was sent and is not answered: after a thread's death, the first to send to the next. */
  get away(): WindowBlock<Owner> | undefined {
    return this.#away;
  }

  /** Copies the window. @param slot as `WindowBlock.add` takes it */
  add(owner: Owner, window: Int16Array, slot: number): void {
    this.#filling.add(owner, window, slot);
  }

  /** All that waits, to be sent now; undefined while a block is away, or when nothing waits. */
  send(): WindowBlock<Owner> | undefined {
    if (this.#away || this.#filling.count === 0) return undefined;
    this.#away = this.#filling;
    this.#filling = this.#spare;
    return this.#away;
  }

  /** The block that was away comes back. It is filled again after the next `send`: read it, and clear it, before. */
  receive(): WindowBlock<Owner> | undefined {
    const back = this.#away;
    this.#away = undefined;
    if (back) this.#spare = back;
    return back;
  }
}
