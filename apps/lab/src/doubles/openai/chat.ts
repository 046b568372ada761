import { z } from 'zod';
import { responseFormat, strictFaultOf } from './response-format.js';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

/** A message of a chat request, as far as the double reads it. */
const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(part)]).nullish(),
  tool_calls: z
    .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
    .min(1)
    .optional(),
  tool_call_id: z.string().optional(),
});

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name, parameters: z.looseObject({ type: z.literal('object') }).optional() }),
});

/** `POST /chat/completions`. */
export const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  tools: z.array(tool).min(1).optional(),
  response_format: responseFormat.optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

export type ChatRequest = z.output<typeof chatRequest>;
export type ChatMessage = z.output<typeof message>;
export type ChatTool = z.output<typeof tool>;

/** What theirs refuses although each message is well formed; undefined: nothing. */
export function faultOf({ messages, stream, response_format: format, ...rest }: ChatRequest): string | undefined {
  const { stream_options: options } = rest;
  const unfit = format && strictFaultOf(format);
  if (unfit) return unfit;
  if (options && !stream) return "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
  let owed: readonly string[] = [];
  for (const { role, tool_calls: calls, tool_call_id: answers = '' } of messages) {
    if (role === 'tool' && !owed.includes(answers))
      return "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
    if (role !== 'tool' && owed.length > 0) return unanswered(owed);
    owed = role === 'tool' ? owed.filter((id) => id !== answers) : (calls ?? []).map(({ id }) => id);
  }
  return owed.length > 0 ? unanswered(owed) : undefined;
}

const unanswered = (ids: readonly string[]): string =>
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
  `The following tool_call_ids did not have response messages: ${ids.join(', ')}`;

export function contentOf(from: ChatMessage | undefined): string {
  const content = from?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join(' ');
}

/** What this role said last, that was more than nothing. */
export const lastSaid = (messages: readonly ChatMessage[], role: ChatMessage['role']): string =>
  contentOf(messages.findLast((said) => said.role === role && contentOf(said).trim() !== ''));

export const toolNamed = (tools: readonly ChatTool[], pattern: RegExp): ChatTool | undefined =>
  tools.find(({ function: { name: called } }) => pattern.test(called));
