/** A call to be placed. Numbers are E.164 with `+`. */
export interface DialOrder {
  /** The number that the carrier is told to call from. */
  from: string;
  to: string;
  /** How long it may ring, in seconds. */
  ringS: number;
}

/** How a call that was placed ended, or that it is spoken in. */
export type DialOutcome = 'answered' | 'busy' | 'no-answer' | 'voicemail' | 'failed';

/** A call as its carrier tells of it, of those that were placed. */
export interface CarriedCall {
  carrierCallId: string;
  channelId: string | null;
  from: string | null;
  to: string | null;
  /** When it began to ring; null where the carrier does not say. */
  startedAt: Date | null;
  /** Null: it still rings. */
  outcome: DialOutcome | null;
  /** It is not in the line any more. */
  isOver: boolean;
}

/** Places calls at a carrier. */
export interface OutboundCarrier {
  /** As it stands in the record: `callback`, `ivr-callback`. */
  readonly way: string;
  /** The number that an order must call from, whoever the agent is; null: one of the agent's own. */
  readonly callsFrom: string | null;

  /**
   * Asks for the call, once: it is never asked for a second time here.
   *
   * @throws CarrierError; one that is `uncertain` may have placed it. While nothing was sent, the signal's reason.
   */
  dial(order: DialOrder, signal: AbortSignal): Promise<{ carrierCallId: string; channelId: string | null }>;

  /** Calls that were placed since then, by whomever: those of now, and those of the history. @throws CarrierError */
  placedSince(since: Date): Promise<CarriedCall[]>;
}
