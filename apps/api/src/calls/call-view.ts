import type { RecordedEvent, TurnLatency } from '@app/conversation/ports';
import type { CallPage, CallSummary } from '@app/persistence';
import type { ToldCall } from './call-reader.js';
import { deskOf, verbsOf } from './desk/desk-view.js';
import { viewTotal } from './cost/cost-view.js';
import type { CallDto, CallPageDto, CallSummaryDto, TurnLatencyDto } from './dto/call.dto.js';
import type { BesideCall } from './whole-calls.js';

/** Told word for word in the transcript. */
const SPOKEN: ReadonlySet<string> = new Set(['caller.spoke', 'agent.spoke']);

export const viewPage = ({ calls, nextCursor }: CallPage): CallPageDto => ({
  calls: calls.map(viewSummary),
  nextCursor,
});

export const viewCall = (call: ToldCall, { notes, order }: BesideCall): CallDto => ({
  ...viewSummary(call),
  can: call.carrierCan === null ? [] : verbsOf(call.events, call.carrierCan),
  desk: call.carrierCan === null ? null : deskOf(call.events),
  order,
  hasRecording: call.recordingPath !== null,
  transcript: [...call.transcript],
  latencies: call.latencies.map(viewLatency),
  events: call.events.filter(({ type }: RecordedEvent) => !SPOKEN.has(type)),
  carrierNotes: notes.map((note) => ({ ...note })),
});

function viewSummary(call: CallSummary): CallSummaryDto {
  const { id, state, direction, carrier, carrierCallId, from, to, agent, nodeId, routedBy } = call;
  const { ringingAt, startedAt, answeredAt, endedAt, endReason, ending, durationMs } = call;
  return {
    ...{ id, state, direction, carrier, carrierCallId, from, to, agent, nodeId, routedBy },
    ...{ ringingAt, startedAt, answeredAt, endedAt, endReason, ending, durationMs },
    cost: call.cost && viewTotal(call.cost),
  };
}

function viewLatency(latency: TurnLatency): TurnLatencyDto {
  const { voiceStoppedMs, audibleMs } = latency;
  return {
    ...latency,
    responseMs: voiceStoppedMs === null || audibleMs === null ? null : audibleMs - voiceStoppedMs,
  };
}
