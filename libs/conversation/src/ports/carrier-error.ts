import { OperationalError } from '@app/kernel';

/** What went wrong with a carrier, in the words that decide what to do next. */
export type CarrierFailure =
  | 'cannot' // this carrier has no such thing, or not for this call
  | 'unreachable'
  | 'timed-out'
  | 'overloaded'
  | 'refused' // our key, our request or our account
  | 'unknown-call'; // it ended, or was never theirs

const RETRYABLE: ReadonlySet<CarrierFailure> = new Set(['unreachable', 'timed-out', 'overloaded']);

/** A carrier did not do what was asked. The message never holds a number or a name. */
export class CarrierError extends OperationalError {
  readonly code: `carrier.${CarrierFailure}`;
  readonly retryable: boolean;

  constructor(
    readonly carrier: string,
    readonly failure: CarrierFailure,
    options?: { cause?: unknown; detail?: string },
  ) {
    super(`${carrier}: ${failure}${options?.detail ? `: ${options.detail}` : ''}`, options);
    this.code = `carrier.${failure}`;
    this.retryable = RETRYABLE.has(failure);
  }
}
