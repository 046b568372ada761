import type { RecordedEvent, TurnLatency } from '@app/conversation/ports';
import type { CallPage, CallSummary, CarrierNoteRow, StoredCall } from '@app/persistence';
import type { CarrierAbility } from '@app/live-state';
import { deskOf, verbsOf } from './desk/desk-view.js';
import type { OrderDto } from './dto/order.dto.js';
import type { CallDto, CallPageDto, CallSummaryDto, TurnLatencyDto } from './dto/call.dto.js';

/** Told word for word in the transcript. */
const SPOKEN: ReadonlySet<string> = new Set(['caller.spoke', 'agent.spoke']);

export const viewPage = ({ calls, nextCursor }: CallPage): CallPageDto => ({
  calls: calls.map(viewSummary),
  nextCursor,
});

/** What is told of a call beside its record. `carrierCan`: null when it is not live. */
export interface CallSurroundings {
  notes: readonly CarrierNoteRow[];
  carrierCan: readonly CarrierAbility[] | null;
  order: OrderDto | null;
}

export const viewCall = (call: StoredCall, { notes, carrierCan, order }: CallSurroundings): CallDto => ({
  ...viewSummary(call),
  can: carrierCan === null ? [] : verbsOf(call.events, carrierCan),
  desk: carrierCan === null ? null : deskOf(call.events),
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
  };
}

function viewLatency(latency: TurnLatency): TurnLatencyDto {
  const { voiceStoppedMs, audibleMs } = latency;
  return {
    ...latency,
    responseMs: voiceStoppedMs === null || audibleMs === null ? null : audibleMs - voiceStoppedMs,
  };
}
