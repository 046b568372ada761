import { z } from 'zod';
import { isRecord } from '../lossless-json.js';
import { readId, readText } from '../ringover-values.js';
import { cannot } from './operation.js';
import {
  countOf,
  flag,
  id,
  instant,
  needed,
  phoneNumber,
  rowsOf,
  seconds,
  text,
  texts,
  userId,
} from './rest.values.js';

/** `in` and `IN` in one place, `out` and `OUT` in another. */
const direction = z
  .unknown()
  .optional()
  .transform((value): 'inbound' | 'outbound' | undefined => {
    const said = readText(value)?.toLowerCase();
    if (said === 'in' || said === 'inbound') return 'inbound';
    return said === 'out' || said === 'outbound' ? 'outbound' : undefined;
  });

const upper = text.transform((value) => value?.toUpperCase());
const within = (name: string) =>
  z
    .unknown()
    .optional()
    .transform((value) => (isRecord(value) ? readId(value[name]) : undefined));

const currentCall = z
  .object({
    call_id: needed(id),
    channel_id: id,
    direction,
    status: upper,
    from_number: phoneNumber,
    to_number: phoneNumber,
    user_id: userId,
    start_time: instant,
  })
  .transform((call) => ({
    callId: call.call_id,
    channelId: call.channel_id,
    direction: call.direction,
    /** `RINGING`, `ANSWERED`; the list is open. */
    status: call.status,
    from: call.from_number,
    to: call.to_number,
    userId: call.user_id,
    startedAt: call.start_time,
  }));
/** A call that rings or is spoken in now. Only the ids, the direction, the status and the numbers are documented. */
export type RingoverCurrentCall = z.output<typeof currentCall>;

const pastCall = z
  .object({
    ...{ cdr_id: id, call_id: needed(id), channel_id: id, type: text, direction, last_state: upper },
    ...{ start_time: instant, answered_time: instant, end_time: instant },
    ...{ incall_duration: seconds, total_duration: seconds },
    ...{ contact_number: phoneNumber, from_number: phoneNumber, to_number: phoneNumber },
    ...{ user: within('user_id'), ivr: within('ivr_id'), scenario_id: id, scenario_name: text },
    ...{ is_answered: flag, is_failed: flag, hangup_by: text, amd: flag },
    ...{ record: text, voicemail: text, note: text, tags: texts },
  })
  .transform((call) => ({
    /** One for each segment, unlike `callId`. */
    cdrId: call.cdr_id,
    callId: call.call_id,
    channelId: call.channel_id,
    type: call.type,
    direction: call.direction,
    /** `ANSWERED`, `MISSED`, `CANCELLED`, `FAILED`, `VOICEMAIL`, `BLIND_TRANSFERED` (their spelling), …: the list is open. */
    lastState: call.last_state,
    startedAt: call.start_time,
    answeredAt: call.answered_time,
    endedAt: call.end_time,
    inCallS: call.incall_duration,
    totalS: call.total_duration,
    /** The other side, in either direction. */
    contact: call.contact_number,
    from: call.from_number,
    to: call.to_number,
    userId: call.user,
    ivrId: call.ivr,
    scenarioId: call.scenario_id,
    scenarioName: call.scenario_name,
    isAnswered: call.is_answered,
    isFailed: call.is_failed,
    hungUpBy: call.hangup_by,
    /** An answering machine, as Ringover judged. */
    isMachine: call.amd,
    recording: call.record,
    voicemail: call.voicemail,
    note: call.note,
    tags: call.tags,
  }));
/** One segment of a call in the history; a transfer or an IVR makes several of one `callId`. */
export type RingoverPastCall = z.output<typeof pastCall>;

export interface RingoverCurrentCalls {
  calls: RingoverCurrentCall[];
  /** Without the limit that was asked for. */
  total: number;
}

export interface RingoverCallHistory {
  calls: RingoverPastCall[];
  total: number;
  missed: number;
}

export function readCurrentCalls(json: unknown): RingoverCurrentCalls {
  const calls = rowsOf(json, currentCall);
  return { calls, total: countOf(json, 'total_current_calls_count', calls.length) };
}

export function readHistory(json: unknown): RingoverCallHistory {
  const calls = rowsOf(json, pastCall);
  const total = countOf(json, 'total_call_count', calls.length);
  return { calls, total, missed: countOf(json, 'total_missed_call_count', 0) };
}

export const readSegments = (json: unknown): RingoverPastCall[] => rowsOf(json, pastCall);

/** Which part of the history; without dates the last 15 days. */
export interface HistoryQuery {
  /** Both or none, and at most 15 days apart. */
  from?: Date;
  to?: Date;
  /** 1 to 1000; 100 if not said. */
  limit?: number;
  /** 0 to 9000. */
  offset?: number;
  /** Only what is older than this `cdrId`: the way past the 9000th. */
  olderThan?: string;
  type?: 'ANSWERED' | 'MISSED' | 'OUT' | 'VOICEMAIL';
  expand?: 'summary' | 'transcription';
}

const MAX_DAYS = 15;
const DAY_MS = 86_400_000;

/** The parameters of `GET /calls`. @throws CarrierError `cannot` for what it would refuse, or answer otherwise than asked */
export function historyParameters(query: HistoryQuery): Record<string, string | number | undefined> {
  const { from, to, limit, offset } = query;
  if ((from === undefined) !== (to === undefined)) throw cannot('one date of two');
  if (from && to && !(to >= from)) throw cannot('dates in the wrong order');
  if (from && to && to.getTime() - from.getTime() > MAX_DAYS * DAY_MS) throw cannot('more than 15 days');
  if (limit !== undefined && !isWhole(limit, [1, 1_000])) throw cannot('a limit that is not 1 to 1000');
  if (offset !== undefined && !isWhole(offset, [0, 9_000])) throw cannot('an offset that is not 0 to 9000');
  return {
    start_date: from?.toISOString(),
    end_date: to?.toISOString(),
    limit_count: limit,
    limit_offset: offset,
    last_id_returned: query.olderThan,
    call_type: query.type,
    expand: query.expand,
  };
}

const isWhole = (value: number, [low, high]: readonly [number, number]): boolean =>
  Number.isInteger(value) && value >= low && value <= high;
