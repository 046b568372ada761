import type { RingoverAfterCall, RingoverAfterCallEvent, RingoverSms } from './ringover-event.js';
import {
  readDirection,
  readDurationS,
  readId,
  readInstant,
  readPhoneNumber,
  readText,
  readUserId,
} from './ringover-values.js';

type Data = Readonly<Record<string, unknown>>;

/** Undefined for an event of this resource that nobody documented. */
export function readAfterCall(event: string, data: Data, timestamp: unknown): RingoverAfterCallEvent | undefined {
  const callId = readId(data.call_id);
  if (callId === undefined) return undefined;
  const facts: RingoverAfterCall = { callId, channelId: readId(data.channel_id), at: readInstant(timestamp) };
  switch (event) {
    case 'comments_updated':
    case 'aftercall':
      return { ...facts, type: 'comments', comments: readText(data.comments), tags: readTags(data.tags) };
    case 'tags_updated':
      return { ...facts, type: 'tags', tags: readTags(data.tags) };
    case 'record_available':
      return { ...facts, type: 'record-available', ...linkOf(data, 'record') };
    case 'voicemail_available':
      return { ...facts, type: 'voicemail-available', ...linkOf(data, 'voicemail') };
    case 'transcription_available': {
      const link = readText(data.transcription_link) ?? readText(data.transcription_url);
      return { ...facts, type: 'transcription-available', link };
    }
    case 'summary_available':
      return { ...facts, type: 'summary-available', summary: readText(data.summary) };
    case 'empower':
      return { ...facts, type: 'empower' };
    default:
      return undefined;
  }
}

/** Public links are deprecated; the private ones need a key to be followed. */
const linkOf = (data: Data, what: 'record' | 'voicemail') => ({
  link: readText(data[`private_${what}_link`]) ?? readText(data[`${what}_link`]),
  durationS: readDurationS(data[`${what}_duration`]),
});

/** Texts in every sample; a tag as an object is taken by its name. */
function readTags(tags: unknown): string[] {
  if (!Array.isArray(tags)) return [];
  return tags.flatMap((tag: unknown) => readText(tag) ?? readText((tag as { name?: unknown } | null)?.name) ?? []);
}

/** Undefined for an event of messages that nobody documented. */
export function readSms(event: string, data: Data, timestamp: unknown): RingoverSms | undefined {
  if (event !== 'received' && event !== 'sent') return undefined;
  return {
    messageId: readId(data.message_id) ?? readId(data.id),
    conversationId: readId(data.conversation_id),
    direction: readDirection(data.direction) ?? (event === 'received' ? 'inbound' : 'outbound'),
    from: readPhoneNumber(data.from_number),
    to: readPhoneNumber(data.to_number),
    userId: readUserId(data.user_id),
    body: readText(data.body),
    at: readInstant(data.time) ?? readInstant(timestamp),
  };
}
