import { createHash } from 'node:crypto';
import { assertNever } from '@app/kernel';
import { type CarrierNote, noteOf } from './carrier-note.js';
import { canonicalJson, isRecord, parseLossless } from './lossless-json.js';
import { readAfterCall, readSms } from './ringover-after-call.js';
import type { AnsweredBy, RingoverCallEvent, RingoverCallFacts, RingoverEvent } from './ringover-event.js';
import { readQuestion } from './ringover-questions.js';
import {
  readDirection,
  readDurationS,
  readId,
  readInstant,
  readPhoneNumber,
  readText,
  readUserId,
} from './ringover-values.js';

const ANSWERED_BY: Readonly<Record<string, AnsweredBy>> = { HUMAN: 'human', MACHINE: 'machine', NOTSURE: 'unsure' };

const CALL_EVENTS = ['ringing', 'answered', 'hangup', 'missed', 'voicemail'] as const;
type CallEventName = (typeof CALL_EVENTS)[number];

/** Where an event says when it happened; before the envelope's own time, which is when it was sent. */
const TIME_OF = {
  ringing: 'start_time',
  answered: 'answered_time',
  hangup: 'hangup_time',
  missed: 'hangup_time',
  voicemail: 'hangup_time',
} as const satisfies Record<CallEventName, string>;

/** Names a delivery in the store and in logs, whatever it holds. `ressource` is theirs, for contact search. */
export function nameOfEvent(body: unknown): { resource: string | undefined; event: string | undefined } {
  if (!isRecord(body)) return { resource: undefined, event: undefined };
  return { resource: readName(body.resource ?? body.ressource), event: readName(body.event) };
}

/** The body of a verified delivery, read without rounding, as an event. What is not understood is `unknown`. Never throws. */
export function readRingoverEvent(body: unknown): RingoverEvent {
  const { resource, event } = nameOfEvent(body);
  const { data, timestamp } = contentOf(body);
  return readKnown({ resource, event }, data, timestamp) ?? { type: 'unknown', resource, event };
}

/** What of a verified delivery belongs to a call's record. Never throws. */
export function noteInRingover(raw: string): CarrierNote | undefined {
  try {
    return noteOf(readRingoverEvent(parseLossless(raw)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // kept as it came, and that is all
    throw error;
  }
}

function readKnown(
  name: ReturnType<typeof nameOfEvent>,
  data: Record<string, unknown>,
  timestamp: unknown,
): RingoverEvent | undefined {
  const { resource, event = '' } = name;
  if (resource === 'aftercall') return readAfterCall(event, data, timestamp);
  if (resource === 'sms') {
    const sms = readSms(event, data, timestamp);
    return sms && { ...sms, type: 'sms' };
  }
  const known = resource === 'call' ? CALL_EVENTS.find((one) => one === event) : undefined;
  const callId = readId(data.call_id);
  if (known && callId !== undefined) return withDetails(known, readFacts(known, callId, data, timestamp), data);
  return readQuestion(name, data, timestamp);
}

function contentOf(body: unknown): { data: Record<string, unknown>; timestamp: unknown } {
  if (!isRecord(body)) return { data: {}, timestamp: undefined };
  return { data: isRecord(body.data) ? body.data : {}, timestamp: body.timestamp };
}

function withDetails(name: CallEventName, facts: RingoverCallFacts, data: Record<string, unknown>): RingoverCallEvent {
  const reason = readText(data.reason);
  switch (name) {
    case 'ringing':
    case 'answered':
      return { ...facts, type: name };
    case 'hangup':
      return { ...facts, type: name, recording: privateOr(data, 'record'), answeredBy: readAnsweredBy(data) };
    case 'missed':
      return { ...facts, type: name, reason };
    case 'voicemail':
      return {
        ...{ ...facts, type: name, reason },
        ...{ recording: privateOr(data, 'message'), durationS: readDurationS(data.duration_in_seconds) },
      };
    default:
      return assertNever(name);
  }
}

function readFacts(
  name: CallEventName,
  callId: string,
  data: Record<string, unknown>,
  timestamp: unknown,
): RingoverCallFacts {
  return {
    callId,
    channelId: readId(data.channel_id),
    eventId: readId(data.id),
    direction: readDirection(data.direction),
    from: readPhoneNumber(data.from_number),
    to: readPhoneNumber(data.to_number),
    userId: readUserId(isRecord(data.user) ? (data.user.user_id ?? data.user_id) : data.user_id),
    at: readInstant(data[TIME_OF[name]]) ?? readInstant(timestamp),
    startedAt: readInstant(data.start_time) ?? readInstant(data.start_date_time_atom),
  };
}

/** Public links are deprecated; the private ones need a key to be followed. */
const privateOr = (data: Record<string, unknown>, key: 'record' | 'message'): string | undefined =>
  readText(data[`private_${key}`]) ?? readText(data[key]);

function readAnsweredBy({ answering_machine_detection: said }: Record<string, unknown>): AnsweredBy | undefined {
  const word = readText(said) ?? '';
  return Object.hasOwn(ANSWERED_BY, word) ? ANSWERED_BY[word] : undefined;
}

/** Long enough for every name that Ringover has, short enough for a column; no column holds a NUL. */
const MAX_NAME_CHARACTERS = 64;
const readName = (value: unknown): string | undefined =>
  readText(
    readText(value)
      ?.replace(/\p{Cc}/gu, '')
      .slice(0, MAX_NAME_CHARACTERS),
  );

/**
 * The same for every delivery of one event, in hex: a retry differs in `attempt` alone, and ids come as numbers or as
 * texts. What happens in a call at one moment is one event; of all others the whole body counts, so that two comments of
 * one second are two.
 *
 * @param raw the body as it came, @param body the same, read without rounding
 */
export function dedupeKey(raw: string, body: unknown): string {
  return createHash('sha256')
    .update(identityOf(body) ?? raw)
    .digest('hex');
}

function identityOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  const { resource, event } = nameOfEvent(body);
  const { data, timestamp } = contentOf(body);
  if (resource === 'call' && event !== 'ivr_response_code' && readId(data.call_id) !== undefined) {
    const ids = [data.call_id, data.channel_id, data.id].map((id) => readId(id) ?? null);
    return JSON.stringify([resource, event, ...ids, String(timestamp)]);
  }
  const { attempt: _, ...rest } = body;
  return canonicalJson(rest);
}
