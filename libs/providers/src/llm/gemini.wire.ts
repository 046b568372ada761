import { type ModelPart, type ModelUsage, ProviderError } from '@app/conversation/ports';
import type { Part } from '@google/genai';
import { z } from 'zod';
import type { AnswerReader } from './streamed-answer.js';

// Only what is used, so that a field they add or drop elsewhere breaks nothing.
const CALL = z.looseObject({
  id: z.string().nullish(),
  name: z.string().min(1),
  args: z.record(z.string(), z.unknown()).nullish(),
});
const PART = z.looseObject({
  text: z.string().nullish(),
  thought: z.boolean().nullish(),
  thoughtSignature: z.string().nullish(),
  functionCall: CALL.nullish(),
});
const CHUNK = z.object({
  candidates: z
    .array(
      z.object({
        content: z.object({ parts: z.array(PART).nullish() }).nullish(),
        finishReason: z.string().nullish(),
      }),
    )
    .nullish(),
  promptFeedback: z.object({ blockReason: z.string().nullish() }).nullish(),
  usageMetadata: z
    .object({
      promptTokenCount: z.number().nullish(),
      cachedContentTokenCount: z.number().nullish(),
      candidatesTokenCount: z.number().nullish(),
      thoughtsTokenCount: z.number().nullish(),
    })
    .nullish(),
});
type TheirPart = z.infer<typeof PART>;
type Finish = Extract<ModelPart, { type: 'finished' }>['reason'];

const theirPart = z.custom<Part>((part) => PART.safeParse(part).success);
const PLACE = z.union([
  z.object({ call: z.string(), part: theirPart }),
  z.object({ part: theirPart }),
  z.object({ text: z.literal(true) }),
]);
/** The order of an answer's parts: calls and signatures as they came, and where the text stood. */
export type AnswerLayout = readonly z.infer<typeof PLACE>[];

/** @param json what `GeminiAnswer` gave as `vendorParts` */
export const layoutOf = (json: string): AnswerLayout => z.array(PLACE).parse(JSON.parse(json));

const LENGTHS: ReadonlySet<string> = new Set(['MAX_TOKENS', 'CONTINUATION']);
/** What the model broke on by itself: asked again, it may do better. */
const BREAKAGES: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
]);
const STOPS: ReadonlySet<string> = new Set(['STOP', 'FINISH_REASON_UNSPECIFIED']);

export class GeminiAnswer implements AnswerReader {
  readonly #layout: z.infer<typeof PLACE>[] = [];
  #untold: ModelPart[] = [];
  #calls = 0;
  #reason: Finish | undefined;
  #usage: ModelUsage | null = null;

  /**
   * @param provider `gemini/<model>`
   * @param requestId names the calls that they give no id to
   */
  constructor(
    private readonly provider: string,
    private readonly requestId: string,
  ) {}

  get whole(): boolean {
    return this.#reason !== undefined;
  }

  get finished(): ModelPart {
    const reason = this.#reason === 'stop' && this.#calls > 0 ? 'functions' : (this.#reason ?? 'stop');
    const vendorParts = this.#layout.some((place) => 'part' in place) && { model: this.provider, json: JSON.stringify(this.#layout) }; // prettier-ignore
    return { type: 'finished', reason, usage: this.#usage, ...(vendorParts && { vendorParts }) };
  }

  /** @throws ProviderError `unreadable`; `unreachable` when the model broke off by itself */
  read(chunk: unknown): { progress: boolean; parts: ModelPart[] } {
    const { data, error: cause } = CHUNK.safeParse(chunk);
    if (!data) throw new ProviderError(this.provider, 'unreadable', { cause });
    if (data.usageMetadata) this.#usage = usageOf(data.usageMetadata);
    const { content, finishReason } = data.candidates?.[0] ?? {};
    const theirs = content?.parts ?? [];
    const parts = theirs.flatMap((part) => this.#take(part));
    if (finishReason) this.#reason ??= this.#reasonOf(finishReason);
    if (data.promptFeedback?.blockReason) this.#reason ??= 'refused';
    // Some models say with each chunk that they stop: what still comes after it is told too.
    const calls = this.#reason === 'stop' ? this.#untold.splice(0) : [];
    const progress = this.whole || theirs.some(({ text, functionCall }) => Boolean(text) || Boolean(functionCall));
    return { progress, parts: [...parts, ...calls] };
  }

  #take(part: TheirPart): ModelPart[] {
    if (part.thought) return [];
    const { functionCall, thoughtSignature } = part;
    if (functionCall) {
      const id = functionCall.id ?? `${this.requestId.replace(/[^\w-]/g, '_')}_${this.#calls}`;
      this.#calls += 1;
      this.#layout.push({ call: id, part: part as Part });
      const argumentsJson = JSON.stringify(functionCall.args ?? {});
      this.#untold.push({ type: 'function-call', call: { id, name: functionCall.name, argumentsJson } });
      return [];
    }
    const { text } = part;
    if (text && !this.#layout.some((place) => 'text' in place)) this.#layout.push({ text: true });
    // The words are ours to shorten, by what was heard: a signature that came with them goes back behind them.
    if (thoughtSignature) this.#layout.push({ part: { text: '', thoughtSignature } });
    return text ? [{ type: 'text', text }] : [];
  }

  #reasonOf(theirs: string): Finish {
    if (BREAKAGES.has(theirs)) throw new ProviderError(this.provider, 'unreachable', { cause: new Error(theirs) });
    if (STOPS.has(theirs)) return 'stop';
    return LENGTHS.has(theirs) ? 'length' : 'refused';
  }
}

const usageOf = (usage: NonNullable<z.infer<typeof CHUNK>['usageMetadata']>): ModelUsage => ({
  inputTokens: usage.promptTokenCount ?? 0,
  cachedInputTokens: usage.cachedContentTokenCount ?? 0,
  outputTokens: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
});
