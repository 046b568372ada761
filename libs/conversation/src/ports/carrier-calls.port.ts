/** A call as its carrier knows it. Absent is what the carrier did not say. */
export interface CarrierCall {
  /** The carrier's own id, as text. */
  carrierCallId: string;
  direction: 'inbound' | 'outbound' | undefined;
  /** E.164 with `+`. */
  from: string | undefined;
  to: string | undefined;
  startedAt: Date | undefined;
}

/** A call that rings or is spoken in now. */
export interface CurrentCarrierCall extends CarrierCall {
  state: 'ringing' | 'answered' | 'other';
}

/** A call that is over. */
export interface PastCarrierCall extends CarrierCall {
  outcome: 'answered' | 'missed' | 'other';
  endedAt: Date | undefined;
}

/** What a carrier knows of our account's calls, for when its webhooks did not come. Each method is one request. */
export interface CarrierCalls {
  /** @throws CarrierError */
  current(): Promise<readonly CurrentCarrierCall[]>;
  /** Those that began since then, newest first, as far as one page goes. @throws CarrierError */
  history(since: Date): Promise<readonly PastCarrierCall[]>;
}
