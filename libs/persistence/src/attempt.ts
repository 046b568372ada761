import type { DialOutcome } from '@app/conversation/ports';
import type { CallId } from '@app/kernel';

export type AttemptState = 'attempting' | 'doubtful' | 'dialling' | 'connected' | 'over' | 'uncertain';

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
  createdAt: Date;
}

/** A call that we place, from before the carrier is asked. */
export interface Attempt extends Omit<NewAttempt, 'agentVersion' | 'contactId'> {
  state: AttemptState;
  outcome: DialOutcome | 'uncertain' | null;
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
}
