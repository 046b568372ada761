import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** What is wrong with what a client said: told by an `error`, and then it goes on. */
export interface Complaint {
  code: string;
  message: string;
  param?: string;
}

const format = z.union([
  z.strictObject({ type: z.enum(['audio/pcmu', 'audio/pcma']) }),
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000) }),
]);
const tool = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().optional(),
  parameters: z.looseObject({ type: z.literal('object') }).optional(),
});
const modalities = z.tuple([z.enum(['audio', 'text'])]);
const session = z.object({
  type: z.literal('realtime'),
  instructions: z.string().optional(),
  output_modalities: modalities.optional(),
  tools: z.array(tool).optional(),
  audio: z
    .strictObject({
      input: z.object({ format: format.optional(), turn_detection: z.looseObject({}).nullish() }).optional(),
      output: z.object({ format: format.optional(), voice: z.string().min(1).optional() }).optional(),
    })
    .optional(),
});

const part = (...types: [string, ...string[]]) =>
  z.strictObject({ type: z.enum(types), text: z.string().optional(), transcript: z.string().optional() });
const id = z.string().min(1).max(512).optional();
const item = z.union([
  z.strictObject({ id, type: z.literal('message'), role: z.literal('system'), content: z.array(part('input_text')).min(1) }),
  z.strictObject({ id, type: z.literal('message'), role: z.literal('user'), content: z.array(part('input_text')).min(1) }),
  z.strictObject({ id, type: z.literal('message'), role: z.literal('assistant'), content: z.array(part('output_text')).min(1) }),
  z.strictObject({ id, type: z.literal('function_call'), call_id: z.string().min(1), name: z.string(), arguments: z.string() }),
  z.strictObject({ id, type: z.literal('function_call_output'), call_id: z.string().min(1), output: z.string() }),
]); // prettier-ignore

const response = z.strictObject({
  instructions: z.string().optional(),
  output_modalities: modalities.optional(),
  tools: z.array(tool).optional(),
  max_output_tokens: z.union([z.number().int().min(1).max(4_096), z.literal('inf')]).optional(),
  conversation: z.enum(['auto', 'none']).default('auto'),
  metadata: z.record(z.string().max(64), z.string().max(512)).optional(),
  input: z.array(item).optional(),
});

const event = <const Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ type: z.literal(type), event_id: z.string().max(512).optional(), ...shape });

/** What a client says. */
export const clientEvent = z.discriminatedUnion('type', [
  event('session.update', { session }),
  event('input_audio_buffer.append', { audio: z.base64() }),
  event('input_audio_buffer.commit', {}),
  event('input_audio_buffer.clear', {}),
  event('conversation.item.create', { previous_item_id: z.string().optional(), item }),
  event('conversation.item.delete', { item_id: z.string() }),
  event('conversation.item.truncate', {
    item_id: z.string(),
    content_index: z.literal(0),
    audio_end_ms: z.number().int().min(0),
  }),
  event('response.create', { response: response.default({ conversation: 'auto' }) }),
  event('response.cancel', { response_id: z.string().optional() }),
]);

export type ClientEvent = z.output<typeof clientEvent>;
export type AskedSession = z.output<typeof session>;
export type AskedItem = z.output<typeof item>;
export type AskedResponse = z.output<typeof response>;
export type RealtimeTool = z.output<typeof tool>;
export type RealtimeFormat = z.output<typeof format>;

/** What they say, each under an id of its own. */
export const told = (type: string, more: object = {}): object => ({ type, event_id: `event_${randomUUID()}`, ...more });

/** @param eventId of what the client said, if it named it */
export const complaint = ({ code, message, param }: Complaint, eventId: string | undefined): object =>
  told('error', {
    error: { type: 'invalid_request_error', code, message, param: param ?? null, event_id: eventId ?? null },
  });
