/** Holds the answers of stores back and lets them go all at once: how often that is, is how often somebody waited in a row. */
export class Waits {
  #held: (() => void)[] | undefined;

  /** A store is asked: resolves when its answer is let go; at once while nobody counts. */
  pass(): Promise<void> {
    const held = this.#held;
    return held ? new Promise((resolve) => void held.push(resolve)) : Promise.resolve();
  }

  /** How often some work waits for stores; what it asks at one time is one wait. */
  async during(work: Promise<unknown>): Promise<number> {
    const held = (this.#held = [] as (() => void)[]);
    let waits = 0;
    let isOver = false;
    const over = () => (isOver = true);
    work.then(over, over);
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      const answers = held.splice(0);
      if (answers.length > 0) waits += 1;
      for (const letGo of answers) letGo();
    }
    this.#held = undefined;
    for (const letGo of held.splice(0)) letGo();
    await work;
    return waits;
  }
}
