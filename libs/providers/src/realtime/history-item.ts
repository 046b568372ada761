import type { Message, SpokenItem } from '@app/conversation/ports';
import { itemsOf } from './openai-realtime.wire.js';

/** What stands in their history, by the ids that they give it. */
export class HistoryItem {
  readonly ids: string[] = [];
  /** The one with sound. */
  spokenId: string | undefined;
  /** Sound of it that came, ms. */
  lengthMs = 0;
  /** They are still making it; until it is whole they refuse to have it changed. */
  #open = false;
  readonly #later: (() => void)[] = [];

  begin(): void {
    this.#open = true;
  }

  whole(): void {
    this.#open = false;
    for (const change of this.#later.splice(0)) change();
  }

  /** Now, or when it is whole. */
  change(change: () => void): void {
    if (this.#open) this.#later.push(change);
    else change();
  }
}

/** Their history as it was told to them, in its order. */
export class RealtimeHistory {
  readonly #items: HistoryItem[] = [];
  #written = 0;

  constructor(private readonly tell: (event: object) => void) {}

  /** What they make themselves stands at the end. */
  append(item: HistoryItem): void {
    this.#items.push(item);
  }

  /** @param behind what it follows, null at the beginning; where it is not told, it stands at the end */
  add(message: Exclude<Message, { role: 'system' }>, behind?: SpokenItem | null): HistoryItem {
    const item = new HistoryItem();
    const at = behind === null ? 0 : this.#items.findIndex((each) => each === behind) + 1;
    if (behind === undefined) this.#items.push(item);
    else this.#items.splice(at, 0, item);
    item.begin();
    const write = () => {
      this.#write(item, itemsOf(message), behind === undefined ? undefined : this.#idBefore(item));
      item.whole();
    };
    if (behind instanceof HistoryItem) behind.change(write);
    else write();
    return item;
  }

  truncate(item: SpokenItem, heardMs: number): void {
    if (!(item instanceof HistoryItem)) return;
    item.change(() => {
      if (!item.spokenId) return;
      const audioEndMs = Math.floor(Math.min(heardMs, item.lengthMs)); // more than there is, they refuse
      this.tell({ type: 'conversation.item.truncate', item_id: item.spokenId, content_index: 0, audio_end_ms: audioEndMs }); // prettier-ignore
    });
  }

  drop(item: SpokenItem): void {
    if (!(item instanceof HistoryItem)) return;
    item.change(() => {
      for (const id of item.ids) this.tell({ type: 'conversation.item.delete', item_id: id });
      const at = this.#items.indexOf(item);
      if (at >= 0) this.#items.splice(at, 1);
    });
  }

  /** @param behind the id of what it follows; at the end when it is not told */
  #write(item: HistoryItem, contents: readonly object[], behind: string | undefined): void {
    let previous = behind;
    for (const content of contents) {
      this.#written += 1;
      const id = `ours_${this.#written}`;
      item.ids.push(id);
      const place = previous === undefined ? {} : { previous_item_id: previous };
      this.tell({ type: 'conversation.item.create', ...place, item: { id, ...content } });
      previous &&= id;
    }
  }

  /** As they call the beginning, `root`, when nothing stands before it. A turn without sound has no id. */
  #idBefore(item: HistoryItem): string {
    const before = this.#items.slice(0, this.#items.indexOf(item));
    return before.flatMap(({ ids }) => ids).at(-1) ?? 'root';
  }
}
