import { type ModelPart, type ModelUsage, ProviderError } from '@app/conversation/ports';
import type { RedactedThinkingBlockParam, ThinkingBlockParam } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import type { AnswerReader } from './streamed-answer.js';

// Only what is used, so that an event or a field they add breaks nothing.
const USAGE = z.object({
  input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
});
const BLOCK = z.looseObject({ type: z.string(), id: z.string().nullish(), name: z.string().nullish() });
const DELTA = z.object({
  text: z.string().nullish(),
  partial_json: z.string().nullish(),
  thinking: z.string().nullish(),
  signature: z.string().nullish(),
  stop_reason: z.string().nullish(),
});
const EVENT = z.object({
  type: z.string(),
  index: z.number().int().nullish(),
  message: z.object({ usage: USAGE.nullish() }).nullish(),
  content_block: BLOCK.nullish(),
  delta: DELTA.nullish(),
  usage: USAGE.nullish(),
});
type Event = z.infer<typeof EVENT>;
type Finish = Extract<ModelPart, { type: 'finished' }>['reason'];

/** A block of their answer as far as it has come; `theirs` goes back as it came. */
type Block =
  | { kind: 'text' }
  | { kind: 'call'; id: string; name: string; argumentsJson: string }
  | { kind: 'theirs'; block: Record<string, unknown> & { type: string } };

const PLACE = z.union([
  z.object({ text: z.literal(true) }),
  z.object({ call: z.string() }),
  z.object({
    block: z.custom<ThinkingBlockParam | RedactedThinkingBlockParam>(
      (block) => z.object({ type: z.enum(['thinking', 'redacted_thinking']) }).safeParse(block).success,
    ),
  }),
]);
/** The order of an answer's blocks: a thought as it came, and where text and calls stood. */
export type AnswerLayout = readonly z.infer<typeof PLACE>[];

/** @param json what `AnthropicAnswer` gave as `vendorParts` */
export const layoutOf = (json: string): AnswerLayout => z.array(PLACE).parse(JSON.parse(json));

const THOUGHTS: ReadonlySet<string> = new Set(['thinking', 'redacted_thinking']);
const FINISHES: Partial<Record<string, Finish>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'refused',
};

export class AnthropicAnswer implements AnswerReader {
  readonly #blocks = new Map<number, Block>();
  readonly #usage = { inputTokens: 0, writtenTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  #reason: Finish | undefined;

  /** @param provider `anthropic/<model>` */
  constructor(private readonly provider: string) {}

  get whole(): boolean {
    return this.#reason !== undefined;
  }

  get finished(): ModelPart {
    const { inputTokens, writtenTokens, cachedInputTokens, outputTokens } = this.#usage;
    const usage: ModelUsage = {
      inputTokens: inputTokens + writtenTokens + cachedInputTokens, // theirs is without what the cache holds
      cachedInputTokens,
      outputTokens,
      ...(writtenTokens > 0 && { writtenInputTokens: writtenTokens }),
    };
    const layout = this.#layout();
    const vendorParts = layout.some((place) => 'block' in place) && { model: this.provider, json: JSON.stringify(layout) }; // prettier-ignore
    return { type: 'finished', reason: this.#reason ?? 'stop', usage, ...(vendorParts && { vendorParts }) };
  }

  /** @throws ProviderError `unreadable` */
  read(chunk: unknown): { progress: boolean; parts: ModelPart[] } {
    const { data: event, error: cause } = EVENT.safeParse(chunk);
    if (!event) throw new ProviderError(this.provider, 'unreadable', { cause });
    switch (event.type) {
      case 'message_start':
        this.#count(event.message?.usage);
        return { progress: false, parts: [] };
      case 'content_block_start':
        return this.#begin(event);
      case 'content_block_delta':
        return this.#grow(event);
      case 'message_delta':
        this.#count(event.usage);
        return { progress: true, parts: this.#finish(event.delta?.stop_reason) };
      default: // content_block_stop, message_stop, and what they may add
        return { progress: false, parts: [] };
    }
  }

  #begin({ index, content_block: block }: Event): { progress: boolean; parts: ModelPart[] } {
    if (typeof index !== 'number' || !block) throw new ProviderError(this.provider, 'unreadable');
    if (block.type === 'tool_use' && (!block.id || !block.name)) throw new ProviderError(this.provider, 'unreadable');
    if (block.type === 'text') this.#blocks.set(index, { kind: 'text' });
    if (block.type === 'tool_use')
      this.#blocks.set(index, { kind: 'call', id: block.id ?? '', name: block.name ?? '', argumentsJson: '' });
    if (THOUGHTS.has(block.type)) this.#blocks.set(index, { kind: 'theirs', block: { ...block } });
    return { progress: block.type !== 'text', parts: [] };
  }

  #grow({ index, delta }: Event): { progress: boolean; parts: ModelPart[] } {
    const block = this.#blocks.get(index ?? -1);
    if (block?.kind === 'call') block.argumentsJson += delta?.partial_json ?? '';
    if (block?.kind === 'theirs') {
      for (const field of ['thinking', 'signature'] as const)
        if (typeof delta?.[field] === 'string') block.block[field] = ((block.block[field] as string) ?? '') + delta[field]; // prettier-ignore
    }
    const text = block?.kind === 'text' ? (delta?.text ?? '') : '';
    return { progress: true, parts: text ? [{ type: 'text', text }] : [] };
  }

  /** Calls are told only when they are whole: not when the answer was cut off. */
  #finish(theirs: string | null | undefined): ModelPart[] {
    if (!theirs || this.whole) return [];
    const calls = [...this.#blocks.values()].filter((block) => block.kind === 'call');
    this.#reason = FINISHES[theirs] ?? (calls.length > 0 ? 'functions' : 'stop');
    if (this.#reason !== 'functions') return [];
    return calls.map(({ id, name, argumentsJson }) => ({
      type: 'function-call',
      call: { id, name, argumentsJson: argumentsJson || '{}' },
    }));
  }

  #layout(): AnswerLayout {
    return [...this.#blocks.entries()]
      .sort(([left], [right]) => left - right)
      .map(([, block]) => {
        if (block.kind === 'text') return { text: true };
        return block.kind === 'call' ? { call: block.id } : PLACE.parse({ block: block.block });
      });
  }

  /** Each count of theirs is the whole so far. */
  #count(usage: z.infer<typeof USAGE> | null | undefined): void {
    const before = this.#usage;
    before.inputTokens = usage?.input_tokens ?? before.inputTokens;
    before.writtenTokens = usage?.cache_creation_input_tokens ?? before.writtenTokens;
    before.cachedInputTokens = usage?.cache_read_input_tokens ?? before.cachedInputTokens;
    before.outputTokens = usage?.output_tokens ?? before.outputTokens;
  }
}
