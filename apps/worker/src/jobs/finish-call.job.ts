import type { Logger } from '@app/boot';
import { LOG_FORMAT, readLog, recordOf } from '@app/conversation';
import type { CallRecord } from '@app/conversation/ports';
import type { JobTakers } from '@app/jobs';
import type { CallId, Clock } from '@app/kernel';
import type { CallLogs, LiveCall, LiveCalls } from '@app/live-state';
import type { BegunCall, CallStore, FinishedCall } from '@app/persistence';
import { CallNotEnded } from './call-not-ended.js';

export interface FinishCallParts {
  calls: CallStore;
  live: LiveCalls;
  logs: CallLogs;
  clock: Clock;
  log: Logger;
}

/**
 * Moves a call that ended from Redis to Postgres: its log, and all that is derived from it, in one transaction. Redis
 * forgets it only after that, so that a worker that dies on the way leaves a job that can be done again; what is stored
 * already is not stored twice.
 */
export const finishCall =
  (parts: FinishCallParts): JobTakers['finish-call'] =>
  async ({ callId }) => {
    const { calls, live, logs, clock, log } = parts;
    const [call, lines] = await Promise.all([live.get(callId), logs.read(callId)]);
    if (!call) return void log.warn({ callId, entries: lines.length }, 'nothing is known of this call any more');
    if (call.state === 'live') throw new CallNotEnded();
    await calls.begin(rowOf(call));
    const outcome = await calls.finish(callId, finishedOf(call, lines, clock.date()));
    await logs.drop(callId);
    await live.drop(call.id);
    log.info({ callId, outcome, entries: lines.length, ending: endingOf(call) }, 'call stored');
  };

/** The api writes the row when the line is up, unless Postgres was gone just then. */
const rowOf = ({ state: _state, ringingAt, startedAt, answeredAt, ...call }: LiveCall): BegunCall => ({
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
  ringingAt: dateOf(ringingAt),
  startedAt: new Date(startedAt),
  answeredAt: dateOf(answeredAt),
});

function finishedOf(call: LiveCall, lines: readonly string[], now: Date): FinishedCall {
  const record = recordIn(lines);
  const endReason = call.endReason ?? 'node-lost';
  return {
    record,
    log: lines,
    logFormat: LOG_FORMAT,
    endedAt: endOf(call, record),
    endReason,
    ending: endingOf(call),
    finishedAt: now,
  };
}

/** A call without a log: Redis lost it, or the call never got as far as its first entry. */
const recordIn = (lines: readonly string[]): CallRecord =>
  lines.length > 0
    ? recordOf(readLog(lines))
    : { segments: [], latencies: [], events: [], endReason: null, durationMs: 0 };

/** Whoever closed a call for a node that was lost did so later: it ended with its log. */
const endOf = ({ endReason, endedAt, startedAt }: LiveCall, { durationMs }: CallRecord): Date =>
  endReason === 'node-lost' || endedAt === null ? new Date(Date.parse(startedAt) + durationMs) : new Date(endedAt);

const endingOf = ({ hungUpAt }: LiveCall) => (hungUpAt === null ? 'assumed' : 'confirmed');

const dateOf = (iso: string | null): Date | null => (iso === null ? null : new Date(iso));
