import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** Their live models have no detector of their own. */
const WITHOUT_DETECTOR: ReadonlySet<string> = new Set(['gpt-live-transcribe', 'gpt-realtime-whisper']);
const PLAIN_MODEL = 'gpt-realtime-whisper';

const format = z.union([
  z.strictObject({ type: z.literal('audio/pcmu') }),
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000) }),
]);
const detector = z.object({ type: z.literal('server_vad'), silence_duration_ms: z.number().min(100).default(500) });
const transcription = z
  .strictObject({
    model: z.string().min(1),
    language: z.string().optional(),
    languages: z.array(z.string()).optional(),
    keywords: z.array(z.string()).optional(),
    prompt: z.string().optional(),
    delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
  })
  .refine(({ model, languages, keywords, prompt }) => model !== PLAIN_MODEL || !(languages ?? keywords ?? prompt), {
    error: `'languages', 'keywords' and 'prompt' are not supported with ${PLAIN_MODEL}`,
  })
  .refine(({ model, delay }) => model === PLAIN_MODEL || delay === undefined, {
    error: `'delay' is only supported with ${PLAIN_MODEL}`,
  });
const input = z
  .object({ format, transcription, turn_detection: detector.nullable() })
  .refine((it) => it.turn_detection === null || !WITHOUT_DETECTOR.has(it.transcription.model), {
    error: 'turn_detection is not supported with this model',
  });
const eventId = z.string().optional();

/** What a client says. */
export const clientEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session.update'),
    event_id: eventId,
    session: z.object({ type: z.literal('transcription'), audio: z.object({ input }) }),
  }),
  z.object({ type: z.literal('input_audio_buffer.append'), event_id: eventId, audio: z.base64() }),
  z.object({ type: z.literal('input_audio_buffer.commit'), event_id: eventId }),
  z.object({ type: z.literal('input_audio_buffer.clear'), event_id: eventId }),
]);
export type LiveInput = z.output<typeof input>;

/** What they say, each under an id of its own. */
export const serverEvent = (type: string, more: object = {}): object => ({
  type,
  event_id: `event_${randomUUID()}`,
  ...more,
});

export const liveError = (code: string, message: string): object =>
  serverEvent('error', { error: { type: 'invalid_request_error', code, message, param: null, event_id: null } });
