/** A map that keeps so many: who was set longest ago is forgotten for who is new. Setting somebody again makes them the newest. */
export class LatestMap<Key, Value> extends Map<Key, Value> {
  /** @param most of them, 1 or more */
  constructor(private readonly most: number) {
    super();
  }

  override set(key: Key, value: Value): this {
    this.delete(key);
    for (const oldest of this.keys()) {
      if (this.size < this.most) break;
      this.delete(oldest);
    }
    return super.set(key, value);
  }
}
