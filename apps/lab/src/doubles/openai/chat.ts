import { z } from 'zod';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

/** A message of a chat request, as far as the double reads it. */
const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(part)]).nullish(),
  tool_calls: z
    .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
    .optional(),
  tool_call_id: z.string().optional(),
});

const tool = z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) });

/** `POST /chat/completions`. */
export const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  tools: z.array(tool).optional(),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

export type ChatRequest = z.output<typeof chatRequest>;
export type ChatMessage = z.output<typeof message>;
export type ChatTool = z.output<typeof tool>;

export function contentOf(from: ChatMessage | undefined): string {
  const content = from?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join(' ');
}

/** What this role said last, that was more than nothing. */
export const lastSaid = (messages: readonly ChatMessage[], role: ChatMessage['role']): string =>
  contentOf(messages.findLast((said) => said.role === role && contentOf(said).trim() !== ''));

export const toolNamed = (tools: readonly ChatTool[], pattern: RegExp): string | undefined =>
  tools.map(({ function: { name } }) => name).find((name) => pattern.test(name));
