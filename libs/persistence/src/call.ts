import type {
  CallCost,
  CallRecord,
  CostTotal,
  EndReason,
  RecordedEvent,
  TranscriptSegment,
  TurnLatency,
} from '@app/conversation/ports';
import type { CallId } from '@app/kernel';
import type { ReportOutcome } from './report.store.js';

export type CallState = 'queued' | 'ringing' | 'live' | 'closing' | 'ended' | 'missed';

/** Whether the carrier said that it ended, or we concluded it. */
export type CallEnding = 'confirmed' | 'assumed';

/** What is known of a call when its line is up. */
export interface BegunCall {
  id: CallId;
  direction: 'inbound' | 'outbound';
  carrier: string;
  /** Null for an orphan stream. */
  carrierCallId: string | null;
  from: string | null;
  to: string | null;
  agentId: string;
  agentVersion: number;
  contactId: string | null;
  nodeId: string;
  /** Which rule gave the call to this agent. */
  routedBy: string;
  ringingAt: Date | null;
  startedAt: Date;
  answeredAt: Date | null;
}

/** A call that rang and was never carried by us. */
export interface MissedCall {
  carrier: string;
  carrierCallId: string;
  direction: 'inbound' | 'outbound';
  from: string | null;
  to: string | null;
  ringingAt: Date | null;
  endedAt: Date;
}

export interface FinishedCall {
  record: CallRecord;
  /** Absent: it is not reckoned. */
  cost?: CallCost;
  /** The log as it stood in Redis: JSON texts in order; with none, no log is kept. */
  log: readonly string[];
  /** Version of the log's form. */
  logFormat: number;
  endedAt: Date;
  /** Used when the record has none. */
  endReason: EndReason;
  ending: CallEnding;
  /** Now. */
  finishedAt: Date;
}

export interface CallSummary {
  id: CallId;
  state: CallState;
  direction: 'inbound' | 'outbound';
  carrier: string;
  carrierCallId: string | null;
  from: string | null;
  to: string | null;
  /** Null for a call that no agent had. */
  agent: { id: string; slug: string; name: string; version: number } | null;
  nodeId: string | null;
  routedBy: string | null;
  ringingAt: Date | null;
  startedAt: Date;
  answeredAt: Date | null;
  endedAt: Date | null;
  endReason: EndReason | null;
  ending: CallEnding | null;
  durationMs: number | null;
  /** When what is below was stored; null until then. */
  finishedAt: Date | null;
  /** Null: not reckoned yet, or never. */
  cost: CostTotal | null;
}

export interface StoredCall extends CallSummary {
  /** The name of its recording in the folder of recordings; null when there is none. */
  recordingPath: string | null;
  transcript: readonly TranscriptSegment[];
  latencies: readonly TurnLatency[];
  events: readonly RecordedEvent[];
}

/** What changes of a call's row until its record is stored. */
export type GlancedCall = Pick<StoredCall, 'state' | 'finishedAt' | 'recordingPath'>;

export interface CallQuery {
  /** At most so many; 1 to 100. */
  limit: number;
  /** `nextCursor` of the page before: a call's id. One that is not known gives an empty page. */
  cursor?: string | undefined;
  state?: CallState | undefined;
  agentId?: string | undefined;
  /** The carrier's own id, whichever carrier it is. */
  carrierCallId?: string | undefined;
  direction?: 'inbound' | 'outbound' | undefined;
  /** E.164, on either side. */
  number?: string | undefined;
  /** Began then or later. */
  since?: Date | undefined;
  /** Began before then. */
  until?: Date | undefined;
  endReason?: EndReason | undefined;
  /** What its report says came of it. */
  outcome?: ReportOutcome | undefined;
}

/** A call as its row tells it, which says no more of its agent than which one it is. */
export interface ListedCall extends Omit<CallSummary, 'agent'> {
  agent: { id: string; version: number } | null;
}

export interface CallPage<Call = CallSummary> {
  calls: readonly Call[];
  /** Null on the last page. */
  nextCursor: string | null;
}
