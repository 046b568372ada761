import { z } from 'zod';
import { isRecord } from '../lossless-json.js';
import { readText } from '../ringover-values.js';
import type { RestAnswer } from './operation.js';
import { flag, id, needed, rowsOf, seconds, text } from './rest.values.js';

const speech = z
  .object({ speaker_id: id, channelId: id, start: seconds, end: seconds, content: text, text })
  .transform((said) => ({
    /** 1 is the caller, 0 the called. */
    speaker: said.speaker_id ?? said.channelId,
    startS: said.start,
    endS: said.end,
    text: said.content ?? said.text ?? '',
  }));

const transcription = z
  .object({
    call_id: needed(id),
    channel_id: id,
    provider: text,
    transcription_status: text,
    transcription_data: z.unknown().optional(),
  })
  .transform((made) => {
    const data = isRecord(made.transcription_data) ? made.transcription_data : {};
    return {
      callId: made.call_id,
      channelId: made.channel_id,
      provider: made.provider,
      isDone: made.transcription_status === 'DONE',
      text: readText(data.text) ?? '',
      speeches: rowsOf(data.speeches, speech),
    };
  });
/** What Ringover's own recogniser made of a call. */
export type RingoverTranscription = z.output<typeof transcription>;

export const readTranscriptions = (json: unknown): RingoverTranscription[] => rowsOf(json, transcription);

/** A recording, in whichever way it came: the answer is not documented. */
export type RingoverRecording =
  { type: 'sound'; bytes: Uint8Array; contentType: string } | { type: 'link'; url: string } | { type: 'none' };

const LINK_NAMES = ['url', 'link', 'record', 'recording', 'record_link', 'private_record', 'record_url'];

export function readRecording(answer: RestAnswer): RingoverRecording {
  if (answer.bytes.length === 0) return { type: 'none' };
  if (/^(audio|video)\/|octet-stream/.test(answer.contentType))
    return { type: 'sound', bytes: answer.bytes, contentType: answer.contentType };
  const url = linkIn(answer.json());
  return url === undefined ? { type: 'none' } : { type: 'link', url };
}

function linkIn(json: unknown): string | undefined {
  if (typeof json === 'string') return /^https?:/.test(json) ? json : undefined;
  if (Array.isArray(json)) return json.map(linkIn).find((url) => url !== undefined);
  if (!isRecord(json)) return undefined;
  const named = LINK_NAMES.map((name) => linkIn(json[name])).find((url) => url !== undefined);
  return named ?? linkIn(json.list);
}

/** The text is in `recap.summary`; the `summary` beside it is always null. */
export const readSummary = (json: unknown): string | undefined =>
  isRecord(json) && isRecord(json.recap) ? readText(json.recap.summary) : undefined;

const startedCall = z
  .object({ call_id: needed(id), channel_id: id })
  .transform(({ call_id: callId, channel_id: channelId }) => ({ callId, channelId }));
/** A call that Ringover has begun to make. */
export type RingoverStartedCall = z.output<typeof startedCall>;
export const readStartedCall = (json: unknown): RingoverStartedCall => startedCall.parse(json);

const sentSms = z
  .object({ message_id: id, conv_id: id })
  .transform(({ message_id: messageId, conv_id: conversationId }) => ({ messageId, conversationId }));
export type RingoverSentSms = z.output<typeof sentSms>;
export const readSentSms = (json: unknown): RingoverSentSms => sentSms.parse(json ?? {});

const presence = z
  .object({
    ...{ user_id: needed(id), in_call: flag, is_snoozed: flag, is_snooze: flag, is_planned_snoozed: flag },
    ...{ planning_enable: flag, is_planning: flag, connected_devices: z.unknown().optional() },
  })
  .transform((now) => ({
    userId: now.user_id,
    isInCall: now.in_call,
    isSnoozed: now.is_snoozed ?? now.is_snooze ?? now.is_planned_snoozed,
    connectedDevices: now.connected_devices,
  }));
/** Whether a user could take a call now. */
export type RingoverPresence = z.output<typeof presence>;

/** A list, or a single one. */
export const readPresences = (json: unknown): RingoverPresence[] =>
  presence.safeParse(json).success ? rowsOf([json], presence) : rowsOf(json, presence);
