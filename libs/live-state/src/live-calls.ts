import type { EndReason } from '@app/conversation/ports';
import type { CallId, Clock, NodeId } from '@app/kernel';
import type { LiveRedis } from './redis.js';

/** A call from its line being up until its record is stored. Instants are ISO 8601. */
export interface LiveCall {
  id: CallId;
  state: 'live' | 'closing' | 'ended';
  direction: 'inbound' | 'outbound';
  carrier: string;
  carrierCallId: string | null;
  from: string | null;
  to: string | null;
  agentId: string;
  agentVersion: number;
  contactId: string | null;
  nodeId: NodeId;
  routedBy: string;
  ringingAt: string | null;
  startedAt: string;
  answeredAt: string | null;
  /** When the line closed; null while it is up. */
  endedAt: string | null;
  endReason: EndReason | null;
  /** When the carrier said that the call ended; null until it does. */
  hungUpAt: string | null;
}

/** What is known at the start; the rest is filled in. */
export type NewLiveCall = Omit<LiveCall, 'state' | 'nodeId' | 'endedAt' | 'endReason' | 'hungUpAt'>;

/** Which calls there are now, for every process. A call stays here until its record is stored. */
export class LiveCalls {
  constructor(
    private readonly redis: LiveRedis,
    private readonly nodeId: NodeId,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a carrier's call for one stream of ours: false when another stream has it. Given back by `end`, by
   * `release`, or when its node is gone. The same call asking again keeps it.
   *
   * @throws StoreError
   */
  async claim(_carrier: string, _carrierCallId: string, _callId: CallId): Promise<boolean> {
    throw new Error(String([this.redis, this.nodeId, this.clock]));
  }

  /** Gives back what `claim` took, when the call does not begin after all. @throws StoreError */
  async release(_carrier: string, _carrierCallId: string, _callId: CallId): Promise<void> {
    throw new Error('not yet');
  }

  /** @throws StoreError */
  async begin(_call: NewLiveCall): Promise<void> {
    throw new Error('not yet');
  }

  /** Facts that came later. Does nothing when the call is not known. @throws StoreError */
  async update(
    _callId: CallId,
    _changes: Partial<Pick<LiveCall, 'from' | 'to' | 'contactId' | 'ringingAt' | 'answeredAt' | 'state'>>,
  ): Promise<void> {
    throw new Error('not yet');
  }

  /** The line is closed: the call is no longer listed, and its carrier's id may be claimed again. @throws StoreError */
  async end(_callId: CallId, _end: { endedAt: string; endReason: EndReason }): Promise<void> {
    throw new Error('not yet');
  }

  /** The carrier says that its call ended: told to the call, live or ended, and who it is. @throws StoreError */
  async noteHangUp(_carrier: string, _carrierCallId: string, _hungUpAt: string): Promise<LiveCall | undefined> {
    throw new Error('not yet');
  }

  /** Also one that has ended and is not stored yet. @throws StoreError */
  async get(_callId: string): Promise<LiveCall | undefined> {
    throw new Error('not yet');
  }

  /** Those whose line is up, oldest first. @throws StoreError */
  async list(): Promise<LiveCall[]> {
    throw new Error('not yet');
  }

  /** Also one that has ended and is not stored yet. @throws StoreError */
  async findByCarrierCallId(_carrier: string, _carrierCallId: string): Promise<LiveCall | undefined> {
    throw new Error('not yet');
  }

  /** Forgets the call: its record is stored. Twice is once. @throws StoreError */
  async drop(_callId: CallId): Promise<void> {
    throw new Error('not yet');
  }
}
