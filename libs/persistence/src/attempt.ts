import type { DialOutcome } from '@app/conversation/ports';
import type { CallId } from '@app/kernel';
import type { OrderTerms } from './order-terms.js';

export type AttemptState = 'queued' | 'attempting' | 'doubtful' | 'dialling' | 'connected' | 'over' | 'uncertain';

/** What whoever asks for a call decides. */
export interface NewAttempt {
  callId: CallId;
  /** With whoever asked in front; null: each request is a call of its own. */
  idempotencyKey: string | null;
  requestHash: string;
  askedBy: string;
  carrier: string;
  way: string;
  /** Our number, whose media token leads the stream to us. */
  number: string;
  /** What the carrier is told to call from and to. */
  from: string;
  to: string;
  agentId: string;
  agentVersion: number;
  contactId: string | null;
  ringS: number;
  variables: Readonly<Record<string, string>>;
  /** 1 goes first, 10 last. */
  priority: number;
  /** It is dialled then or later. */
  dueAt: Date;
  terms: OrderTerms;
  createdAt: Date;
}

/** How one ended that nobody was asked for: taken back, or its time was over before a line was free. */
export type UndialledOutcome = 'cancelled' | 'expired' | 'failed';

/** One try at a call that we place, from before the carrier is asked. `createdAt`: when it was taken to be dialled. */
export interface Attempt extends Omit<NewAttempt, 'agentVersion' | 'contactId'> {
  /** The call of the first try. */
  orderId: string;
  tryNumber: number;
  state: AttemptState;
  outcome: DialOutcome | 'uncertain' | UndialledOutcome | null;
  /** Code of the error that ended it. */
  failure: string | null;
  carrierCallId: string | null;
  channelId: string | null;
  /** Since when its outcome is looked up. */
  doubtedAt: Date | null;
}

/** How it ended, without a conversation. */
export interface AttemptEnd {
  outcome: Exclude<DialOutcome, 'answered'> | 'uncertain';
  failure?: string;
  at: Date;
  /** Nothing was placed, and it is no fault of the order: it is tried again then, whatever retries it has. */
  againAt?: Date;
}

/** How it ended without being dialled. */
export interface AttemptDrop {
  outcome: UndialledOutcome;
  failure?: string;
  at: Date;
}
