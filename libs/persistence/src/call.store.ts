import type { CallRecord, EndReason, RecordedEvent, TranscriptSegment, TurnLatency } from '@app/conversation/ports';
import type { CallId } from '@app/kernel';
import type { PrismaClient } from './prisma-client.js';

export type CallState = 'ringing' | 'live' | 'closing' | 'ended' | 'missed';
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
  /** The log as it stood in Redis: JSON texts in order. */
  log: readonly string[];
  endedAt: Date;
  /** Used when the record has none. */
  endReason: EndReason;
  ending: CallEnding;
}

export interface CallSummary {
  id: CallId;
  state: CallState;
  direction: 'inbound' | 'outbound';
  carrier: string;
  carrierCallId: string | null;
  from: string | null;
  to: string | null;
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
}

export interface StoredCall extends CallSummary {
  transcript: readonly TranscriptSegment[];
  latencies: readonly TurnLatency[];
  events: readonly RecordedEvent[];
}

export interface CallQuery {
  /** At most so many; 1 to 100. */
  limit: number;
  /** `nextCursor` of the page before; a call's id. One that is not known gives an empty page. */
  cursor?: string;
  state?: CallState;
  agentId?: string;
}

export interface CallPage {
  calls: readonly CallSummary[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export class CallStore {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Writes the row of a call whose line is up; the same id again changes nothing. Replaces a row that says `missed`.
   *
   * @throws StoreError `conflict` when another call was carried under this carrier's id
   */
  async begin(_call: BegunCall): Promise<void> {
    throw new Error(String(this.prisma));
  }

  /** Keeps a call that nobody carried; does nothing when the carrier's id is known already. @throws StoreError */
  async noteMissed(_call: MissedCall): Promise<void> {
    throw new Error('not yet');
  }

  /** Its line is closed; the carrier's word and the record are still to come. @throws StoreError */
  async noteClosing(_callId: string, _endedAt: Date): Promise<void> {
    throw new Error('not yet');
  }

  /** Stores all that is kept of a call, once: a second time changes nothing. @throws StoreError `not-found` */
  async finish(_callId: string, _finished: FinishedCall): Promise<'stored' | 'already'> {
    throw new Error('not yet');
  }

  /** A hang-up that came after the call was finished as `assumed`. False when there is no such call. @throws StoreError */
  async amendEnding(
    _carrier: string,
    _carrierCallId: string,
    _ending: { ending: CallEnding; endedAt: Date },
  ): Promise<boolean> {
    throw new Error('not yet');
  }

  /** Newest first. @throws StoreError */
  async list(_query: CallQuery): Promise<CallPage> {
    throw new Error('not yet');
  }

  /** @throws StoreError */
  async get(_callId: string): Promise<StoredCall | undefined> {
    throw new Error('not yet');
  }

  /** JSON texts in order; undefined when the call or its log is not known. @throws StoreError `unreadable` */
  async logOf(_callId: string): Promise<string[] | undefined> {
    throw new Error('not yet');
  }
}
