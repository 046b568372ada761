import type { Message, ModelFunctionCall, ModelRequest } from '@app/conversation/ports';
import type {
  CacheControlEphemeral,
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  Tool,
} from '@anthropic-ai/sdk/resources/messages';
import { type AnswerLayout, layoutOf } from './anthropic.wire.js';
import { closedSchema } from './closed-schema.js';
import { jsonObject } from './json-object.js';

/** `default` leaves it to the model; `between_tools` thinks only about what a function brought. */
export type AnthropicThinking = 'disabled' | 'between_tools' | 'adaptive' | 'default';

/** They want a bound; far above what anybody says in one reply. */
const MOST_TOKENS = 4_096;
/** Thoughts count towards the bound of an answer; so many are allowed on top. */
const THOUGHT_TOKENS = 2_000;
const CACHED: CacheControlEphemeral = { type: 'ephemeral' };
/** A conversation begins with the other side: here it is the agent who speaks first. */
const OPENING = '(The caller is on the line.)';

interface Asked {
  /** `anthropic/<model>`. */
  name: string;
  model: string;
  thinking: AnthropicThinking;
}

/** The prompt and its beginning are cached by prefix: behind the functions, the system's part and the last two turns of the caller. */
export function requestBody({ name, model, thinking }: Asked, request: ModelRequest): MessageCreateParamsStreaming {
  const { messages, answerSchema, maxOutputTokens = MOST_TOKENS } = request;
  const system = messages.flatMap((message) => (message.role === 'system' ? [message.text] : [])).join('\n\n');
  const tools = toolsOf(request);
  return {
    model,
    stream: true,
    max_tokens: maxOutputTokens + (thinking === 'disabled' ? 0 : THOUGHT_TOKENS),
    messages: cachedAtItsEnd(turnsOf(name, messages)),
    ...(system && { system: [{ type: 'text', text: system, cache_control: CACHED }] }),
    ...(tools.length > 0 && { tools }),
    ...(tools.length > 0 && answerSchema && { tool_choice: { type: 'none' } }),
    ...(answerSchema && { output_config: { format: { type: 'json_schema', schema: closedSchema(answerSchema.schema) } } }), // prettier-ignore
    ...(thinking !== 'default' && { thinking: { type: thinking } }),
  };
}

/** A history with calls is refused without tools: where none are offered, those that were called stand there by name. */
function toolsOf({ functions, messages, answerSchema }: ModelRequest): Tool[] {
  const called = messages.flatMap((message) => (message.role === 'agent' ? (message.calls ?? []) : []));
  const names = [...new Set(called.map(({ name }) => name))];
  const offered = functions.map(({ name, description, parameters }) => ({ name, description, input_schema: { ...parameters, type: 'object' as const } })); // prettier-ignore
  const known = names.map((name) => ({ name, input_schema: { type: 'object' as const } }));
  const tools: Tool[] = answerSchema || offered.length === 0 ? known : offered;
  return tools.map((tool, n) => (n === tools.length - 1 ? { ...tool, cache_control: CACHED } : tool));
}

interface Turn {
  role: 'user' | 'assistant';
  content: ContentBlockParam[];
}

/** What follows each other of one side is one turn of it. */
function turnsOf(name: string, messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const role = message.role === 'agent' ? 'assistant' : 'user';
    const content = blocksOf(name, message);
    if (content.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return turns[0]?.role === 'user' ? turns : [{ role: 'user', content: textOf(OPENING) }, ...turns];
}

/** They take no empty text. */
const textOf = (text: string): TextBlockParam[] => (text.trim() === '' ? [] : [{ type: 'text', text: text.trim() }]);

function blocksOf(name: string, message: Message): ContentBlockParam[] {
  switch (message.role) {
    case 'system':
      return [];
    case 'caller':
      return textOf(message.text);
    case 'function':
      return [{ type: 'tool_result', tool_use_id: theirId(message.id), content: message.resultJson }];
    case 'agent': {
      const { text, calls = [], vendorParts } = message;
      const layout = vendorParts?.model === name ? layoutOf(vendorParts.json) : [];
      return agentBlocks(text, calls, layout);
    }
  }
}

/** Blocks of their own where they stood; what was heard in place of the text; calls that are still told. */
function agentBlocks(text: string, calls: readonly ModelFunctionCall[], layout: AnswerLayout): ContentBlockParam[] {
  const [texts, left] = [textOf(text), new Map(calls.map((call) => [call.id, call]))];
  const blocks: ContentBlockParam[] = [];
  for (const place of layout) {
    if ('block' in place) {
      blocks.push(place.block);
      continue;
    }
    blocks.push(...texts.splice(0)); // also where they had none: a word while the caller waits stands before the call
    const call = 'call' in place ? left.get(place.call) : undefined;
    if (!call) continue;
    left.delete(call.id);
    blocks.push(toolUse(call));
  }
  const unplaced = [...left.values()].map(toolUse);
  return [...blocks, ...texts, ...unplaced];
}

const toolUse = ({ id, name, argumentsJson }: ModelFunctionCall): ContentBlockParam => ({
  type: 'tool_use',
  id: theirId(id),
  name,
  input: jsonObject(argumentsJson),
});

/** Ids of other vendors may hold what they refuse. */
const theirId = (id: string): string => id.replace(/[^\w-]/g, '_');

function cachedAtItsEnd(turns: readonly Turn[]): MessageParam[] {
  const marked = turns.flatMap(({ role }, n) => (role === 'user' ? [n] : [])).slice(-2);
  return turns.map((turn, n) => (marked.includes(n) ? { ...turn, content: turn.content.map(markedIfLast) } : turn));
}

const markedIfLast = (block: ContentBlockParam, n: number, all: readonly unknown[]): ContentBlockParam =>
  n === all.length - 1 && (block.type === 'text' || block.type === 'tool_result')
    ? { ...block, cache_control: CACHED }
    : block;
