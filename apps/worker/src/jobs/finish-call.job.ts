import { join } from 'node:path';
import type { Logger } from '@app/boot';
import { repairWav } from '@app/audio';
import { LOG_FORMAT, usagesOf } from '@app/conversation';
import { type CallRecord, type EndReason, StoreError } from '@app/conversation/ports';
import type { JobPayload, JobQueue } from '@app/jobs';
import type { CallId, Clock } from '@app/kernel';
import type { CallLogs, LiveCall, LiveCalls } from '@app/live-state';
import type { AttemptStore, BegunCall, CallState, CallStore } from '@app/persistence';
import type { PriceList } from '@app/providers';
import type { CallTracer } from '../traces/call-tracer.js';
import { CallNotEnded } from './call-not-ended.js';
import { recordIn } from './record-in.js';

export interface FinishCallParts {
  calls: CallStore;
  live: LiveCalls;
  logs: CallLogs;
  attempts: Pick<AttemptStore, 'noteVoicemail'>;
  queue: Pick<JobQueue, 'add'>;
  clock: Clock;
  log: Logger;
  /** Undefined where nobody collects traces. */
  tracer?: Pick<CallTracer, 'trace'> | undefined;
  /** The folder of recordings, absolute. */
  recordings: string;
  prices: Pick<PriceList, 'costOf'>;
}

/** What is known of the end, besides the log. Instants are ISO 8601. */
interface End {
  startedAt: string;
  endedAt: string | null;
  endReason: EndReason | null;
  hungUpAt: string | null;
}

/**
 * Moves a call that ended from Redis to Postgres: its log, and all that is derived from it, in one transaction. Redis
 * forgets it only after that, so that a worker that dies on the way leaves a job that can be done again; what is stored
 * already is not stored twice.
 */
export const finishCall =
  (parts: FinishCallParts) =>
  async ({ callId }: JobPayload<'finish-call'>): Promise<void> => {
    const { calls, live, logs, queue, clock, log } = parts;
    const call = await live.get(callId);
    if (call?.state === 'live') throw new CallNotEnded();
    const end = call ?? (await endInPostgres(calls, callId));
    if (!end) return log.info({ callId }, 'this call is stored already, or is nobody’s');
    if (call && !(await hasRow(calls, callId))) await calls.begin(rowOf(call));
    await keepRecording(callId, parts); // a call that is finished has all of its recording: from then on it may be deleted
    const lines = await logs.read(callId);
    const { record, entries, isWhole } = recordIn(lines);
    if (!isWhole) log.error({ callId, entries: lines.length }, 'log of this call is broken: stored as far as it reads');
    const usages = usagesOf(entries);
    const outcome = await calls.finish(callId, {
      record,
      ...(usages && { cost: parts.prices.costOf(usages, dayOf(end.startedAt)) }),
      log: lines,
      logFormat: LOG_FORMAT,
      endedAt: endOf(end, record),
      endReason: end.endReason ?? 'failed',
      ending: endingOf(end),
      finishedAt: clock.date(),
    });
    if (record.endReason === 'voicemail') await noteMachine(callId, record, parts);
    await queue.add('report-call', callId, { callId }); // before Redis forgets the call: after that, nobody would ask
    await forget(callId as CallId, end, parts);
    parts.tracer?.trace(callId, end.startedAt, entries);
    log.info({ callId, outcome, entries: lines.length }, 'call stored');
  };

/** A machine answered what we placed: it is tried again, if that was ordered and it got no message. */
const noteMachine = (callId: string, { segments }: CallRecord, { attempts, clock }: FinishCallParts): Promise<void> =>
  attempts.noteVoicemail(callId, {
    at: clock.date(),
    told: segments.some(({ kind, interrupted }) => kind === 'message' && !interrupted),
  });

/** A process that was killed left its recording without a length, and its row without a recording. */
async function keepRecording(callId: string, { recordings, calls, log }: FinishCallParts): Promise<void> {
  const name = `${callId}.wav`;
  try {
    if (await repairWav(join(recordings, name))) await calls.noteRecording(callId, name);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    log.error({ error, callId }, 'recording could not be mended');
  }
}

/** The carrier's word may have come while the record was being stored. */
async function forget(callId: CallId, end: End, { live, logs, calls }: FinishCallParts): Promise<void> {
  await logs.drop(callId);
  const last = await live.drop(callId);
  if (!last?.carrierCallId || !last.hungUpAt || endingOf(end) === 'confirmed') return;
  const amended = { ending: 'confirmed' as const, endedAt: new Date(last.hungUpAt) };
  await calls.amendEnding(last.carrier, last.carrierCallId, amended);
}

/** Redis knows nothing of the call: it was finished, or Redis lost it. */
async function endInPostgres(calls: CallStore, callId: string): Promise<End | undefined> {
  const row = await calls.get(callId);
  if (!row || row.finishedAt) return undefined;
  return {
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    endReason: row.endReason,
    hungUpAt: null,
  };
}

/** The api writes the row when the line is up, unless Postgres was gone just then. */
async function hasRow(calls: CallStore, callId: string): Promise<boolean> {
  const row = await calls.glance(callId);
  return row !== undefined && HAD_ITS_LINE.has(row.state);
}

const HAD_ITS_LINE: ReadonlySet<CallState> = new Set(['live', 'closing', 'ended']);

const rowOf = (call: LiveCall): BegunCall => ({
  id: call.id,
  direction: call.direction,
  carrier: call.carrier,
  carrierCallId: call.carrierCallId,
  from: call.from,
  to: call.to,
  agentId: call.agentId,
  agentVersion: call.agentVersion,
  contactId: call.contactId,
  nodeId: call.nodeId,
  routedBy: call.routedBy,
  ringingAt: dateOf(call.ringingAt),
  startedAt: new Date(call.startedAt),
  answeredAt: dateOf(call.answeredAt),
});

/** Whoever closed a call for a node that was lost did so later: it ended with its log. */
const endOf = ({ endReason, endedAt, startedAt }: End, { durationMs }: CallRecord): Date =>
  endReason === 'node-lost' || endedAt === null ? new Date(Date.parse(startedAt) + durationMs) : new Date(endedAt);

/** UTC: a call is paid for at the prices of the day on which it began. */
const dayOf = (startedAt: string): string => new Date(startedAt).toISOString().slice(0, 10);

const endingOf = ({ hungUpAt }: End) => (hungUpAt === null ? 'assumed' : 'confirmed');

const dateOf = (iso: string | null): Date | null => (iso === null ? null : new Date(iso));
