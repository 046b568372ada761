import type { AdoptedCall } from '@app/conversation';
import type { Line, OnMachine } from '@app/conversation/ports';
import type { CallId } from '@app/kernel';

/** A call that another node carried until it died. */
export interface TakenOverCall extends AdoptedCall {
  /** In which it is ours. */
  epoch: number;
  /** When its first line was up. */
  startedAt: Date;
}

/** A call whose sound has reached us, with what is known of it so far. */
export interface ArrivedCall {
  /** Ours; the carrier's id is claimed under it (`LiveCalls.claim`), and given back when `carry` resolves. */
  id: CallId;
  line: Line;
  carrier: 'ringover';
  direction: 'inbound' | 'outbound';
  /** Our number, which decided the agent. */
  number: { e164: string; agentId: string };
  /** The carrier's id; null for an orphan, for whom no contact's data may be loaded. */
  carrierCallId: string | null;
  from: string | null;
  to: string | null;
  /** How the stream was matched with the call: its own metadata, the only call that rang, or not at all. */
  matchedBy: 'metadata' | 'ringing' | 'none';
  ringingAt: Date | null;
  /** The rule that gave the call to this agent, when another chose than whose number it is. */
  routedBy?: string | undefined;
  /** Of a call that we placed: what its agent is told of it, by name. */
  variables?: Readonly<Record<string, string>>;
  /** The same: what a machine gets. */
  onMachine?: OnMachine;
  /** It goes on here, with the settings and the history that it had. */
  takenOver?: TakenOverCall;
}

/** Carries a call from its first frame to its last; the door that media gateways know. */
export abstract class CallCarrier {
  /** Resolves when the call has ended; never rejects: what went wrong is in the record and in the log line. */
  abstract carry(call: ArrivedCall): Promise<void>;
}
