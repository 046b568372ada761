import { OperationalError } from '@app/kernel';

/** What went wrong with a store (Redis, Postgres), in the words that decide what to do next. */
export type StoreFailure = 'unavailable' | 'conflict' | 'not-found' | 'unreadable';

/** A store did not do what was asked. */
export class StoreError extends OperationalError {
  readonly code: `store.${StoreFailure}`;
  readonly retryable: boolean;

  constructor(
    readonly store: string,
    readonly failure: StoreFailure,
    options?: { cause?: unknown; detail?: string },
  ) {
    super(`${store}: ${failure}${options?.detail ? `: ${options.detail}` : ''}`, options);
    this.code = `store.${failure}`;
    this.retryable = failure === 'unavailable';
  }
}
