import type { RecordedEvent, TurnLatency } from '@app/conversation/ports';
import type { CallPage, CallSummary } from '@app/persistence';
import type { ToldCall } from './call-reader.js';
import { deskOf, verbsOf } from './desk/desk-view.js';
import { viewTotal } from './cost/cost-view.js';
import type { CallDto, CallLegDto, CallPageDto, CallSummaryDto, TurnLatencyDto } from './dto/call.dto.js';
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
  legs: legsOf(call.events),
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

/** Persons who were called to take the call over, as its events tell it. */
function legsOf(events: readonly RecordedEvent[]): CallLegDto[] {
  const legs: { -readonly [Name in keyof CallLegDto]: CallLegDto[Name] }[] = [];
  for (const { type, atMs, data } of events) {
    const last = legs.at(-1);
    if (type === 'person.called')
      legs.push({ number: String(data['to']), calledMs: atMs, outcome: null, endedMs: null });
    else if (!last) continue;
    else if (type === 'person.joined') last.outcome = 'joined';
    else if (type === 'person.missed') Object.assign(last, { outcome: data['why'], endedMs: atMs });
    else if (type === 'call.ended') last.endedMs ??= atMs;
  }
  return legs;
}
