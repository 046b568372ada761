import {
  type AnswerSchema,
  type Message,
  type ModelFunction,
  type ModelPart,
  type ModelRequest,
  type ModelUsage,
  ProviderError,
} from '@app/conversation/ports';
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { ResponseFormatJSONSchema } from 'openai/resources/shared';
import { z } from 'zod';
import type { AnswerReader } from './streamed-answer.js';

/** What servers that speak this protocol do not all take. */
export interface OpenAiDialect {
  /** Under which name the bound of an answer goes. */
  maxTokensAs: 'max_completion_tokens' | 'max_tokens';
  /** `stream_options`: the answer's cost in a last chunk. */
  asksUsage: boolean;
  /** `store: false`: nothing of the conversation is kept. */
  asksForgetting: boolean;
}

export const OPENAI_DIALECT: OpenAiDialect = {
  maxTokensAs: 'max_completion_tokens',
  asksUsage: true,
  asksForgetting: true,
};

/** As older and smaller servers want it. */
export const COMPATIBLE_DIALECT: OpenAiDialect = { maxTokensAs: 'max_tokens', asksUsage: true, asksForgetting: false };

export function requestBody(
  model: string,
  request: ModelRequest,
  { maxTokensAs, asksUsage, asksForgetting }: OpenAiDialect,
): ChatCompletionCreateParamsStreaming {
  return {
    model,
    messages: request.messages.flatMap(toTheirs),
    stream: true,
    ...(asksUsage && { stream_options: { include_usage: true } }),
    ...(asksForgetting && { store: false }),
    ...(request.answerSchema
      ? { response_format: toFormat(request.answerSchema) }
      : request.functions.length > 0 && { tools: request.functions.map(toTool) }),
    ...(request.maxOutputTokens !== undefined && { [maxTokensAs]: request.maxOutputTokens }),
  };
}

/** Strict: they refuse a schema that they could not keep to, in place of an answer that does not. */
const toFormat = ({ name, schema }: AnswerSchema): ResponseFormatJSONSchema => ({
  type: 'json_schema',
  json_schema: { name, schema: { ...schema }, strict: true },
});

const toTool = ({ name, description, parameters }: ModelFunction): ChatCompletionFunctionTool => ({
  type: 'function',
  function: { name, description, parameters: { ...parameters } },
});

/** A reply of which nothing was heard, and that asked for nothing, is nothing to them. */
function toTheirs(message: Message): ChatCompletionMessageParam[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.text }];
    case 'caller':
      return [{ role: 'user', content: message.text }];
    case 'function':
      return [{ role: 'tool', tool_call_id: message.id, content: message.resultJson }];
    case 'agent': {
      const calls = (message.calls ?? []).map(({ id, name, argumentsJson }) => ({
        id,
        type: 'function' as const,
        function: { name, arguments: argumentsJson },
      }));
      if (calls.length > 0) return [{ role: 'assistant', content: message.text || null, tool_calls: calls }];
      return message.text ? [{ role: 'assistant', content: message.text }] : [];
    }
  }
}

// Only what is used, so that a field they add or drop elsewhere breaks nothing.
const CALL = z.object({
  index: z.number().int(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});
const CHOICE = z.object({
  delta: z
    .object({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(CALL).nullish() })
    .nullish(),
  finish_reason: z.string().nullish(),
});
const CHUNK = z.object({
  choices: z.array(CHOICE).nullish(),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

type Finish = Extract<ModelPart, { type: 'finished' }>['reason'];

/** A refusal's words are told as text, and its reason is `refused`. */
export class OpenAiAnswer implements AnswerReader {
  /** By their index: the id and the name come once, the arguments in pieces. */
  readonly #calls = new Map<number, { id: string; name: string; argumentsJson: string }>();
  #refused = false;
  #reason: Finish | undefined;
  #usage: ModelUsage | null = null;

  constructor(private readonly provider: string) {}

  get whole(): boolean {
    return this.#reason !== undefined;
  }

  /** @throws ProviderError `unreadable` */
  read(chunk: unknown): { progress: boolean; parts: ModelPart[] } {
    const { data, error: cause } = CHUNK.safeParse(chunk);
    if (!data) throw new ProviderError(this.provider, 'unreadable', { cause });
    if (data.usage) this.#usage = usageOf(data.usage);
    const { delta, finish_reason: reason } = data.choices?.[0] ?? {};
    const text = (delta?.content ?? '') + (delta?.refusal ?? '');
    for (const fragment of delta?.tool_calls ?? []) this.#grow(fragment);
    this.#refused ||= Boolean(delta?.refusal);
    const parts: ModelPart[] = text ? [{ type: 'text', text }] : [];
    if (reason && !this.whole) parts.push(...this.#finish(reason));
    return { progress: parts.length > 0 || Boolean(reason ?? delta?.tool_calls?.length), parts };
  }

  get finished(): ModelPart {
    return { type: 'finished', reason: this.#reason ?? 'stop', usage: this.#usage };
  }

  #grow({ index, id, function: part }: z.infer<typeof CALL>): void {
    const call = this.#calls.get(index) ?? { id: '', name: '', argumentsJson: '' };
    call.id ||= id ?? '';
    call.name ||= part?.name ?? '';
    call.argumentsJson += part?.arguments ?? '';
    this.#calls.set(index, call);
  }

  /** Calls are told only when they are whole: not when the answer was cut off. */
  #finish(theirs: string): ModelPart[] {
    const reason = this.#reasonOf(theirs);
    const calls = reason === 'functions' ? this.#wholeCalls() : [];
    this.#reason = reason;
    return calls;
  }

  #wholeCalls(): ModelPart[] {
    return [...this.#calls.entries()]
      .sort(([left], [right]) => left - right)
      .map(([, { id, name, argumentsJson }]) => {
        if (!id || !name) throw new ProviderError(this.provider, 'unreadable');
        return { type: 'function-call', call: { id, name, argumentsJson: argumentsJson || '{}' } };
      });
  }

  #reasonOf(theirs: string): Finish {
    if (theirs === 'length') return 'length';
    if (theirs === 'content_filter' || this.#refused) return 'refused';
    return this.#calls.size > 0 ? 'functions' : 'stop'; // compatible servers say `stop` for both
  }
}

const usageOf = (usage: NonNullable<z.infer<typeof CHUNK>['usage']>): ModelUsage => ({
  inputTokens: usage.prompt_tokens,
  cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
  outputTokens: usage.completion_tokens,
});
