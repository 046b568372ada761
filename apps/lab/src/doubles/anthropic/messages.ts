import { z } from 'zod';
import type { ChatMessage, ChatTool } from '../openai/chat.js';
import { isOwnThought } from './thoughts.js';

const cached = { cache_control: z.looseObject({ type: z.literal('ephemeral') }).nullish() };
const text = z.looseObject({ type: z.literal('text'), text: z.string(), ...cached });
const toolUse = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  ...cached,
});
const toolResult = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  content: z.union([z.string(), z.array(text)]).optional(),
  ...cached,
});
const thinking = z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });
const redacted = z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() });
const block = z.discriminatedUnion('type', [text, toolUse, toolResult, thinking, redacted]);
const content = z.union([z.string().min(1), z.array(block).min(1)]);
const tool = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  ...cached,
});

/** `POST /v1/messages`, of the version 2026-10-21. */
export const messagesRequest = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content })).min(1),
  system: z.union([z.string(), z.array(text)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  thinking: z.looseObject({ type: z.enum(['adaptive', 'enabled', 'disabled', 'between_tools']) }).optional(),
  stream: z.boolean().optional(),
});

export type MessagesRequest = z.output<typeof messagesRequest>;
type Block = z.output<typeof block>;

const MOST_CACHE_MARKS = 4;
/** Gone with the version of 2026-10-21. */
const REMOVED = ['temperature', 'top_p', 'top_k'];

const blocksOf = (told: string | readonly Block[]): readonly Block[] =>
  typeof told === 'string' ? [{ type: 'text', text: told }] : told;

/** What theirs refuses although each part is well formed; undefined: nothing. */
export function faultOf(request: MessagesRequest): string | undefined {
  const removed = REMOVED.find((name) => name in request);
  if (removed) return `${removed}: Extra inputs are not permitted`;
  const turns = request.messages.map((message) => ({ ...message, content: blocksOf(message.content) }));
  const blocks = turns.flatMap((turn) => turn.content);
  if (blocks.some((each) => each.type === 'text' && each.text.trim() === ''))
    return 'messages: text content blocks must be non-empty';
  if (marksOf(request, blocks) > MOST_CACHE_MARKS)
    return `A maximum of ${MOST_CACHE_MARKS} blocks with cache_control may be provided.`;
  if (blocks.some((each) => each.type === 'tool_use') && !request.tools?.length)
    return 'Requests which include `tool_use` or `tool_result` blocks must define tools';
  if (blocks.some((each) => each.type === 'thinking' && !isOwnThought(each)))
    return 'messages: Invalid `signature` in `thinking` block';
  if (turns.at(-1)?.role === 'assistant') return 'This model does not support assistant message prefill.';
  return unansweredIn(turns);
}

const marksOf = ({ system, tools = [] }: MessagesRequest, blocks: readonly Block[]): number =>
  [...blocks, ...tools, ...(typeof system === 'object' ? system : [])].filter(
    (each) => 'cache_control' in each && each.cache_control,
  ).length;

/** Results stand first in the turn behind their calls: all of them, and no others. */
function unansweredIn(turns: readonly { role: string; content: readonly Block[] }[]): string | undefined {
  let owed: readonly string[] = [];
  for (const { content: told } of turns) {
    const results = told.flatMap((each) => (each.type === 'tool_result' ? [each.tool_use_id] : []));
    const unexpected = results.find((id) => !owed.includes(id));
    if (unexpected) return `messages: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unexpected}`;
    const missing = owed.filter((id) => !results.includes(id));
    if (
      missing.length > 0 ||
      told.slice(0, results.length).some((each) => results.length > 0 && each.type !== 'tool_result')
    )
      // prettier-ignore
      return `messages: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`;
    owed = told.flatMap((each) => (each.type === 'tool_use' ? [each.id] : []));
  }
  return undefined;
}

/** The same conversation as the receptionist reads one. */
export function conversationOf({ system, messages }: MessagesRequest): ChatMessage[] {
  const told = typeof system === 'string' ? system : (system ?? []).map((each) => each.text).join('\n');
  const first: ChatMessage[] = told ? [{ role: 'system', content: told }] : [];
  return [...first, ...messages.flatMap(({ role, content: each }) => messagesIn(role, blocksOf(each)))];
}

function messagesIn(role: 'user' | 'assistant', blocks: readonly Block[]): ChatMessage[] {
  const said = blocks.flatMap((each) => (each.type === 'text' ? [each.text] : [])).join(' ');
  if (role === 'assistant') {
    const calls = blocks
      .filter((each) => each.type === 'tool_use')
      .map(({ id, name, input }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }));
    return [{ role, content: said || null, ...(calls.length > 0 && { tool_calls: calls }) }];
  }
  const results = blocks
    .filter((each) => each.type === 'tool_result')
    .map((each): ChatMessage => ({ role: 'tool', tool_call_id: each.tool_use_id, content: contentOf(each.content) }));
  return said ? [...results, { role, content: said }] : results;
}

const contentOf = (told: z.output<typeof toolResult>['content']): string =>
  typeof told === 'string' ? told : (told ?? []).map((each) => each.text).join(' ');

export const toolsOf = ({ tools = [], tool_choice: choice }: MessagesRequest): ChatTool[] =>
  choice?.type === 'none'
    ? []
    : tools.map(({ name, description, input_schema: parameters }) => ({
        type: 'function',
        function: { name, description, parameters },
      }));
