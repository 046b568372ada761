import { randomInt, randomUUID } from 'node:crypto';
import type { CallEventOptions, IdsAs, RingoverCallFacts } from './call-events.js';

/** The sections of the dashboard's webhook settings, as the api's addresses name them. */
export const HOOK_SECTIONS = ['call-event', 'contact-call', 'contact-search', 'smart-routing'] as const;
export type HookSection = (typeof HOOK_SECTIONS)[number];

/** What comes of a call after it: each carries what the documents show for it (reference: ringover.md 3.5). */
export const AFTER_CALL_EVENTS = [
  'comments_updated',
  'aftercall',
  'tags_updated',
  'record_available',
  'voicemail_available',
  'transcription_available',
  'summary_available',
  'empower',
] as const;
export type AfterCallEvent = (typeof AFTER_CALL_EVENTS)[number];

const AFTER_CALL: Readonly<Record<AfterCallEvent, Readonly<Record<string, unknown>>>> = {
  comments_updated: { tags: ['lead'], comments: 'Wants a quote' },
  aftercall: { tags: ['lead'], comments: 'Wants a quote, and soon' },
  tags_updated: { tags: ['lead', 'urgent'] },
  record_available: {
    record_link: 'https://cdn.example.com/r.mp3',
    private_record_link: 'https://example.com/private/r',
    record_duration: '01:05',
  },
  voicemail_available: { voicemail_link: 'https://cdn.example.com/v.mp3', voicemail_duration: '30s' },
  transcription_available: { transcription_link: 'https://example.com/t' },
  summary_available: { summary: 'Léa wants a quote for two windows.' },
  empower: { uuid: '5a1c1f6e-7f0c-4c0e-8f2b-3f8f4a1f9b10' },
};

export const afterCallJson = (event: AfterCallEvent, call: RingoverCallFacts, options: CallEventOptions): string =>
  written(
    { event, resource: 'aftercall', timestamp: Math.round(options.timestampS), attempt: options.attempt },
    { call_id: call.callId, channel_id: call.channelId, ...AFTER_CALL[event] },
    options.idsAs,
  );

/** A voicemail that the caller left; usually without `user`. */
export const voicemailJson = (call: RingoverCallFacts, options: CallEventOptions): string =>
  written(
    { event: 'voicemail', resource: 'call', timestamp: options.timestampS, attempt: options.attempt },
    {
      ...{ id: call.id, call_id: call.callId, start_time: call.startedAtS, hangup_time: options.timestampS },
      ...{
        direction: call.direction ?? 'inbound',
        ...numbersOf(call),
        user_id: null,
        is_ivr: true,
        status: 'voicemail',
      },
      ...{
        reason: 'OUT_PLANNING',
        duration_in_seconds: 12,
        message: '',
        private_message: 'https://example.com/private/m',
      },
    },
    options.idsAs,
  );

/** Numbers are texts in their Node samples and integers in their Go samples; `idsAs` decides for both. */
export function smsJson(event: 'sent' | 'received', call: RingoverCallFacts, options: CallEventOptions): string {
  const [from, to] = event === 'received' ? [call.fromNumber, call.toNumber] : [call.toNumber, call.fromNumber];
  const [messageId, conversationId] = [randomInt(1, 10_000_000), randomInt(1, 1_000_000)];
  const plain = options.idsAs === 'string';
  const data = {
    ...{ id: `${conversationId}-${messageId}`, message_id: messageId, conversation_id: conversationId },
    ...{ time: Math.round(options.timestampS), direction: event === 'received' ? 'inbound' : 'outbound' },
    ...{ from_number: plain ? from : Number(from), to_number: plain ? to : Number(to), body: 'Bonjour 🙂' },
    ...{ is_internal: false, is_collaborative: false, user_id: 22_670_001 },
  };
  return JSON.stringify({ event, resource: 'sms', timestamp: data.time, attempt: options.attempt, data });
}

/** What a caller typed at the step of an IVR that asks for a code: an integer, so that leading zeros are lost. */
export const codeJson = (code: number, call: RingoverCallFacts, options: CallEventOptions): string =>
  written(
    { event: 'ivr_response_code', resource: 'call', timestamp: options.timestampS },
    { code, ...numbersOf(call), direction: 'inbound', call_id: call.callId },
    options.idsAs,
  );

export const questionJson = (
  event: 'routing' | 'contact',
  call: RingoverCallFacts,
  options: CallEventOptions,
): string =>
  written(
    { event, resource: 'call', timestamp: options.timestampS },
    { call_id: call.callId, direction: 'inbound', ...numbersOf(call) },
    options.idsAs,
  );

/** `ressource` is how their PHP writes it. */
export const searchJson = (words: string, timestampS: number, spelling: 'resource' | 'ressource'): string =>
  JSON.stringify({
    ...{ event: 'contact', [spelling]: 'search', timestamp: timestampS },
    data: { query_search: words, user_id: 22_670_001 },
  });

/** Something that a dashboard may offer and no document shows. */
export const faxJson = (timestampS: number, attempt: number): string =>
  JSON.stringify({ event: 'received', resource: 'fax', timestamp: timestampS, attempt, data: { id: randomUUID() } });

const numbersOf = ({ fromNumber, toNumber }: RingoverCallFacts) => ({ from_number: fromNumber, to_number: toNumber });

function written(envelope: object, data: object, idsAs: IdsAs): string {
  const json = JSON.stringify({ ...envelope, data });
  return idsAs === 'number' ? json.replace(/"(call_id|channel_id)":"(\d+)"/g, '"$1":$2') : json;
}
