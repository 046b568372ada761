import type { RenderedWord } from '../../../engines/speech-engine.js';
import type { ChatMessage } from '../chat.js';
import type { AskedItem, Complaint } from './realtime-events.js';

/** Part of a word's sound that makes it heard, as the lab's ear counts. */
const HEARD_SHARE = 0.6;

export interface HistoryItem {
  readonly id: string;
  /** As theirs shows it. */
  shown(): object;
  /** As a model reads it. */
  message(): ChatMessage;
}

/** What was typed, or came of a function. */
export class WrittenItem implements HistoryItem {
  constructor(
    readonly id: string,
    readonly asked: AskedItem,
  ) {}

  shown(): object {
    return { object: 'realtime.item', status: 'completed', ...this.asked, id: this.id };
  }

  message(): ChatMessage {
    const { asked } = this;
    if (asked.type === 'function_call_output') return { role: 'tool', content: asked.output, tool_call_id: asked.call_id };
    if (asked.type === 'function_call') {
      const { call_id, name, arguments: args } = asked;
      return { role: 'assistant', content: null, tool_calls: [{ id: call_id, function: { name, arguments: args } }] };
    }
    return { role: asked.role, content: textOf(asked) };
  } // prettier-ignore
}

export const textOf = (asked: AskedItem): string =>
  asked.type === 'message' ? asked.content.map(({ text }) => text ?? '').join(' ') : '';

/** What the caller said aloud; its words come later. */
export class HeardItem implements HistoryItem {
  text = '';

  constructor(readonly id: string) {}

  shown(): object {
    const content = [{ type: 'input_audio', transcript: null }];
    return { object: 'realtime.item', id: this.id, type: 'message', status: 'completed', role: 'user', content };
  }

  message(): ChatMessage {
    return { role: 'user', content: this.text };
  }
}

/** What the model said aloud, as far as it was made, and as far as it was not cut off. */
export class SpokenItem implements HistoryItem {
  status: 'in_progress' | 'completed' | 'incomplete' = 'in_progress';
  lengthMs = 0;
  readonly #words: RenderedWord[] = [];
  #endMs = Infinity;

  constructor(readonly id: string) {}

  get transcript(): string {
    const words = this.#words.filter(({ startMs, endMs }) => startMs + (endMs - startMs) * HEARD_SHARE <= this.#endMs);
    return words.map(({ text }) => text).join(' ');
  }

  /** Words by their places in the item. */
  say(words: readonly RenderedWord[]): void {
    this.#words.push(...words);
  }

  truncate(endMs: number): Complaint | undefined {
    if (endMs > this.lengthMs)
      return {
        code: 'invalid_value',
        param: 'audio_end_ms',
        message: `Audio content of ${Math.floor(this.lengthMs)}ms is already shorter than ${endMs}ms`,
      };
    this.#endMs = Math.min(this.#endMs, endMs);
    return undefined;
  }

  shown(): object {
    const content = this.lengthMs === 0 ? [] : [{ type: 'output_audio', transcript: this.transcript }];
    return { object: 'realtime.item', id: this.id, type: 'message', status: this.status, role: 'assistant', content };
  }

  message(): ChatMessage {
    return { role: 'assistant', content: this.transcript };
  }
}

/** All that a session's model remembers, in order. */
export class RealtimeHistory {
  readonly #items: HistoryItem[] = [];

  get lastId(): string | null {
    return this.#items.at(-1)?.id ?? null;
  }

  find(id: string): HistoryItem | undefined {
    return this.#items.find((item) => item.id === id);
  }

  /** The id of what stands right before it. */
  before(item: HistoryItem): string | null {
    return this.#items[this.#items.indexOf(item) - 1]?.id ?? null;
  }

  /** @param behind the id of what it follows, or `root` for the beginning; at the end when that is not told */
  add(item: HistoryItem, behind?: string): Complaint | undefined {
    const at = behind === undefined ? this.#items.length : this.#placeBehind(behind);
    if (at === undefined)
      return {
        code: 'invalid_value',
        param: 'previous_item_id',
        message: `Error adding item: the previous item with id '${behind}' does not exist.`,
      };
    if (this.find(item.id))
      return { code: 'invalid_value', param: 'item.id', message: `Item with item_id already exists: ${item.id}` };
    const answers = item instanceof WrittenItem && item.asked.type === 'function_call_output' && item.asked.call_id;
    if (answers && !this.#asks(answers))
      return { code: 'invalid_tool_call_id', message: `Tool call ID '${answers}' not found in conversation.` };
    this.#items.splice(at, 0, item);
    return undefined;
  }

  delete(id: string): Complaint | undefined {
    const at = this.#items.findIndex((item) => item.id === id);
    if (at < 0)
      return {
        code: 'item_delete_invalid_item_id',
        message: `Error deleting item: the item with id '${id}' does not exist.`,
      };
    this.#items.splice(at, 1);
    return undefined;
  }

  messages(instructions: string): ChatMessage[] {
    return [{ role: 'system', content: instructions }, ...this.#items.map((item) => item.message())];
  }

  #placeBehind(id: string): number | undefined {
    const at = this.#items.findIndex((item) => item.id === id);
    if (id === 'root') return 0;
    return at < 0 ? undefined : at + 1;
  }

  #asks(callId: string): boolean {
    return this.#items.some((item) => item.message().tool_calls?.some(({ id }) => id === callId));
  }
}
