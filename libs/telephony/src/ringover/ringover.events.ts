import { createHash } from 'node:crypto';
import { assertNever } from '@app/kernel';
import { isRecord } from './lossless-json.js';
import { readId, readInstant, readPhoneNumber, readText, readUserId } from './ringover-values.js';

/** What every event of a call tells. Absent is what was not said, or was not readable. */
export interface RingoverCallFacts {
  /** An unsigned 64-bit integer, as text. */
  callId: string;
  channelId: string | undefined;
  /** A group that rings sends several `ringing` of one call, each with an id of its own. */
  eventId: string | undefined;
  direction: 'inbound' | 'outbound' | undefined;
  /** E.164 with `+`; absent for an anonymous caller. */
  from: string | undefined;
  to: string | undefined;
  userId: string | undefined;
  /** When it rang, was answered, ended. */
  at: Date | undefined;
  startedAt: Date | undefined;
}

export type RingoverEvent =
  | (RingoverCallFacts & { type: 'ringing' | 'answered' })
  | (RingoverCallFacts & { type: 'hangup'; recording: string | undefined; answeredBy: AnsweredBy | undefined })
  | (RingoverCallFacts & { type: 'missed'; reason: string | undefined })
  | (RingoverCallFacts & { type: 'voicemail'; reason: string | undefined; recording: string | undefined })
  | { type: 'unknown'; resource: string | undefined; event: string | undefined };

/** Ringover's answering-machine detection. */
export type AnsweredBy = 'human' | 'machine' | 'unsure';

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
  const data = isRecord(body) && isRecord(body.data) ? body.data : {};
  const callId = readId(data.call_id);
  const name = CALL_EVENTS.find((known) => known === event);
  if (resource !== 'call' || !name || callId === undefined) return { type: 'unknown', resource, event };
  return withDetails(name, readFacts(name, callId, data, isRecord(body) ? body.timestamp : undefined), data);
}

function withDetails(name: CallEventName, facts: RingoverCallFacts, data: Record<string, unknown>): RingoverEvent {
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
      return { ...facts, type: name, reason, recording: privateOr(data, 'message') };
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

const readAnsweredBy = (data: Record<string, unknown>): AnsweredBy | undefined =>
  ANSWERED_BY[readText(data.answering_machine_detection) ?? ''];

/** `in` and `out` are how the REST interface writes it. */
function readDirection(value: unknown): 'inbound' | 'outbound' | undefined {
  const text = readText(value)?.toLowerCase();
  if (text === 'inbound' || text === 'in') return 'inbound';
  return text === 'outbound' || text === 'out' ? 'outbound' : undefined;
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
 * texts. An event that names neither a call nor itself is told apart by its whole body.
 *
 * @param raw the body as it came, @param body the same, read without rounding
 */
export function dedupeKey(raw: string, body: unknown): string {
  const { resource, event } = nameOfEvent(body);
  const data = isRecord(body) && isRecord(body.data) ? body.data : {};
  const ids = [data.call_id, data.channel_id, data.id].map((id) => readId(id) ?? null);
  const known = isRecord(body) && ids.some((id) => id !== null);
  const what = known ? JSON.stringify([resource, event, ...ids, String(body.timestamp)]) : raw;
  return createHash('sha256').update(what).digest('hex');
}
