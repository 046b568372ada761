import { ProviderError } from '@app/conversation/ports';
import { OperationalError } from '@app/kernel';
import type { ReportFailure } from '@app/persistence';
import { UnknownProvider } from '@app/providers';

/** A model was asked for a report and gave none. */
export class NoReport extends OperationalError {
  readonly code: `worker.${ReportFailure}`;
  readonly retryable = true;

  constructor(readonly failure: ReportFailure) {
    super(failure);
    this.code = `worker.${failure}`;
  }
}

/** The worker ends: another one asks again. */
export class WorkerEnds extends OperationalError {
  readonly code = 'worker.ends';
  readonly retryable = true;

  constructor() {
    super('the worker ends');
  }
}

/** How often a report is tried for. What may come back by itself is waited for: pauses grow to a minute, an hour in all. */
const TRIES: Readonly<Record<ReportFailure, number>> = {
  'answer-unfit': 4,
  'answer-cut-off': 2,
  'model-refused': 2,
  'provider-refused': 4,
  'provider-unavailable': 60,
  'no-such-model': 1,
  broken: 4, // a job that broke for the fifth time is no longer given out
};

/** Why there will be no report; undefined: it is tried again. */
export function givenUpFor(error: unknown, attempt: number): ReportFailure | undefined {
  const failure = failureOf(error);
  return failure !== undefined && attempt >= TRIES[failure] ? failure : undefined;
}

/** Undefined: no fault of this report, such as a store that is gone. */
function failureOf(error: unknown): ReportFailure | undefined {
  if (error instanceof NoReport) return error.failure;
  if (error instanceof UnknownProvider) return 'no-such-model';
  if (error instanceof ProviderError) return error.retryable ? 'provider-unavailable' : 'provider-refused';
  return error instanceof OperationalError && error.retryable ? undefined : 'broken';
}
