import { OperationalError } from '@app/kernel';

/** What went wrong with a carrier, in the words that decide what to do next. */
export type CarrierFailure =
  | 'cannot' // this carrier has no such thing, or not for this call
  | 'unreachable'
  | 'timed-out'
  | 'overloaded' // told to slow down, or our own queue was longer than the caller would wait
  | 'wrong-key' // the key is unknown there: another one, or another region
  | 'missing-grant' // the key is known, and may not do this: `grant` says what it lacks
  | 'refused' // our request or our account
  | 'not-found' // no such user, number, scenario
  | 'unknown-call' // it ended, or was never theirs
  | 'unreadable'; // an answer that does not follow their own documentation

const RETRYABLE: ReadonlySet<CarrierFailure> = new Set(['unreachable', 'timed-out', 'overloaded']);

export interface CarrierErrorOptions {
  cause?: unknown;
  detail?: string;
  /** What the key must be allowed, in the carrier's own words. */
  grant?: string;
  /** The request may have been carried out although nobody said so; never with a refusal. */
  uncertain?: boolean;
}

/** A carrier did not do what was asked. The message never holds a number or a name. */
export class CarrierError extends OperationalError {
  readonly code: `carrier.${CarrierFailure}`;
  readonly retryable: boolean;
  readonly grant: string | undefined;
  /** Something may have happened: look before it is asked again. Such an error is not `retryable`. */
  readonly uncertain: boolean;

  constructor(
    readonly carrier: string,
    readonly failure: CarrierFailure,
    options?: CarrierErrorOptions,
  ) {
    super(`${carrier}: ${failure}${options?.detail ? `: ${options.detail}` : ''}`, options);
    this.code = `carrier.${failure}`;
    this.grant = options?.grant;
    this.uncertain = options?.uncertain ?? false;
    this.retryable = RETRYABLE.has(failure) && !this.uncertain;
  }
}
