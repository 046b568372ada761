import type { Line } from './line.port.js';

/**
 * Why a person did not take a call over. `declined`: they said no, or hung up. `machine`: a mailbox or an answering machine.
 * `cancelled`: it was not wanted any more.
 */
export type PersonMissed = 'busy' | 'no-answer' | 'declined' | 'machine' | 'failed' | 'cancelled';

/** What became of a person's telephone that was rung. `legId` names this leg of the call at providers, and in the record. */
export type PersonAnswer = { legId: string; line: Line } | { missed: PersonMissed };

export interface PersonCall {
  callId: string;
  /** E.164. */
  to: string;
  /** Gives it up: a telephone that rings is let be, as far as the carrier can, and a line that comes too late is hung up. */
  signal: AbortSignal;
}

/** Rings a person, to be the second leg of a live call. */
export interface PersonCaller {
  /** Once. Resolves when they, or a machine, picked up, or did not; never rejects, and not before the signal lets it when that is aborted. */
  call(order: PersonCall): Promise<PersonAnswer>;
}
