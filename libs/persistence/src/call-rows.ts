import {
  type CallCost,
  type CostLine,
  type CostTotal,
  costTotalOf,
  type EndReason,
  type HeardBasis,
  type RecordedEvent,
  type ReplyKind,
  type TranscriptSegment,
  type TurnLatency,
} from '@app/conversation/ports';
import type { CallId } from '@app/kernel';
import type { CallSummary, FinishedCall, ListedCall, StoredCall } from './call.js';
import type { Prisma } from './generated/prisma/client.js';
import { storableJson, storableText } from './storable.js';

const WITH_AGENT = {
  agent: { select: { id: true, slug: true, name: true } },
} satisfies Prisma.CallInclude;

export const WITH_RECORD = {
  ...WITH_AGENT,
  segments: { orderBy: { seq: 'asc' } },
  latencies: { orderBy: { turn: 'asc' } },
  events: { orderBy: { seq: 'asc' } },
} satisfies Prisma.CallInclude;

type CallRow = Prisma.CallGetPayload<object>;
type RecordRow = Prisma.CallGetPayload<{ include: typeof WITH_RECORD }>;

export const listedCallOf = (row: CallRow): ListedCall => ({
  id: row.id as CallId,
  state: row.state,
  direction: row.direction,
  carrier: row.carrier,
  carrierCallId: row.carrierCallId,
  from: row.from,
  to: row.to,
  agent: row.agentId !== null && row.agentVersion !== null ? { id: row.agentId, version: row.agentVersion } : null,
  nodeId: row.nodeId,
  routedBy: row.routedBy,
  ringingAt: row.ringingAt,
  startedAt: row.startedAt,
  answeredAt: row.answeredAt,
  endedAt: row.endedAt,
  endReason: row.endReason as EndReason | null,
  ending: row.ending,
  durationMs: row.durationMs,
  finishedAt: row.finishedAt,
  cost: row.prices === null ? null : totalOf(row),
});

const summaryOf = (row: RecordRow): CallSummary => ({
  ...listedCallOf(row),
  agent: row.agent && row.agentVersion !== null ? { ...row.agent, version: row.agentVersion } : null,
});

const totalOf = ({ costUsd, wastedUsd, unpriced }: CallRow): CostTotal => ({
  usd: costUsd === null ? null : Number(costUsd),
  wastedUsd: Number(wastedUsd ?? 0),
  unpriced,
});

export const storedCallOf = (row: RecordRow): StoredCall => ({
  ...summaryOf(row),
  recordingPath: row.recordingPath,
  transcript: row.segments.map(({ callId: _callId, ...segment }): TranscriptSegment => ({
    ...segment,
    speaker: segment.speaker as TranscriptSegment['speaker'],
    basis: segment.basis as HeardBasis | null,
    kind: segment.kind as ReplyKind | null,
  })),
  latencies: row.latencies.map(({ callId: _callId, ...latency }): TurnLatency => latency),
  events: row.events.map(({ callId: _callId, data, ...event }): RecordedEvent => ({
    ...event,
    data: data as RecordedEvent['data'],
  })),
});

/** Columns hold whole milliseconds; the log keeps tenths. */
const whole = (ms: number): number => Math.round(ms);
const wholeOrNull = (ms: number | null): number | null => (ms === null ? null : whole(ms));

export const segmentRow = (callId: string, segment: TranscriptSegment): Prisma.TranscriptSegmentCreateManyInput => ({
  callId,
  seq: segment.seq,
  speaker: segment.speaker,
  said: storableText(segment.said),
  heard: storableText(segment.heard),
  startMs: whole(segment.startMs),
  endMs: whole(segment.endMs),
  interrupted: segment.interrupted,
  basis: segment.basis,
  kind: segment.kind,
  confidence: segment.confidence,
  turn: segment.turn,
});

export const latencyRow = (callId: string, latency: TurnLatency): Prisma.TurnLatencyCreateManyInput => ({
  callId,
  turn: latency.turn,
  voiceStoppedMs: wholeOrNull(latency.voiceStoppedMs),
  wordsSettledMs: wholeOrNull(latency.wordsSettledMs),
  turnEndedMs: wholeOrNull(latency.turnEndedMs),
  askedMs: wholeOrNull(latency.askedMs),
  firstTokenMs: wholeOrNull(latency.firstTokenMs),
  firstSentenceMs: wholeOrNull(latency.firstSentenceMs),
  firstAudioMs: wholeOrNull(latency.firstAudioMs),
  audibleMs: wholeOrNull(latency.audibleMs),
  speculated: latency.speculated,
});

export const eventRow = (
  callId: string,
  { seq, atMs, type, data }: RecordedEvent,
): Prisma.CallEventCreateManyInput => ({
  callId,
  seq,
  atMs: whole(atMs),
  type,
  data: storableJson(data),
});

/** Who had the call, from when to when: the agent that it began with, and those to whom it was handed. */
export function agentRows(
  callId: string,
  {
    agentId,
    agentVersion,
    durationMs,
  }: { agentId: string | null; agentVersion: number | null; durationMs: number | null },
  events: readonly RecordedEvent[],
): Prisma.CallAgentCreateManyInput[] {
  if (!agentId || agentVersion === null) return [];
  const changes = events.flatMap(({ type, atMs, data }) =>
    type === 'agent.changed'
      ? [{ agentId: String(data['agentId']), agentVersion: Number(data['agentVersion']), fromMs: whole(atMs) }]
      : [],
  );
  const had = [{ agentId, agentVersion, fromMs: 0 }, ...changes];
  return had.map((each, seq) => ({ callId, seq, ...each, toMs: had[seq + 1]?.fromMs ?? durationMs }));
}

/** What finishing writes into the call's own row. */
export const endOf = ({ record, endedAt, endReason, ending, finishedAt, cost }: FinishedCall) => ({
  ...(cost && totalRow(cost)),
  state: 'ended' as const,
  endedAt,
  ending,
  finishedAt,
  endReason: record.endReason ?? endReason,
  durationMs: whole(record.durationMs),
});

/** Persons who were called to take the call over, as its events tell it. Of a log that breaks off, the last has no outcome. */
export function secondLegRows(
  callId: string,
  { carrier, startedAt }: { carrier: string; startedAt: Date },
  events: readonly RecordedEvent[],
): Prisma.CallLegCreateManyInput[] {
  const rows: Prisma.CallLegCreateManyInput[] = [];
  const at = (atMs: number) => new Date(startedAt.getTime() + atMs);
  for (const { type, atMs, data } of events) {
    const last = rows.at(-1);
    if (type === 'person.called')
      rows.push({ callId, role: 'person', carrier, number: String(data['to']), startedAt: at(atMs) });
    else if (!last) continue;
    else if (type === 'person.joined') last.outcome = 'joined';
    else if (type === 'person.missed') Object.assign(last, { outcome: String(data['why']), endedAt: at(atMs) });
    else if (type === 'call.ended') last.endedAt ??= at(atMs);
  }
  return rows;
}

function totalRow({ lines, prices }: CallCost) {
  const { usd, wastedUsd, unpriced } = costTotalOf(lines);
  return { costUsd: usd, wastedUsd, unpriced: [...unpriced], prices: storableJson(prices) };
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** @param startedAt of the call: its UTC day is the costs' */
export const costRow = (
  { callId, startedAt, seq }: { callId: string; startedAt: Date; seq: number },
  { agentId, ...line }: CostLine,
): Prisma.CallCostCreateManyInput => ({
  ...line,
  ...{ callId, seq, day: startedAt, agentId: UUID.test(agentId) ? agentId : null },
});
