import { OperationalError } from '@app/kernel';

/** Asked to finish a call whose line is up; it is tried again, and closed when its node is lost. */
export class CallNotEnded extends OperationalError {
  readonly code = 'worker.call-not-ended';
  readonly retryable = true;

  constructor() {
    super('the line of this call is up');
  }
}
