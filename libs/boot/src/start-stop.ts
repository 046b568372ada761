import { type Clock, OperationalError } from '@app/kernel';
import type { Logger } from './logger.js';
import { ConfigError } from './read-env.js';

/** One thing to end when the process ends. */
export interface Closer {
  name: string;
  close(): Promise<void> | void;
  /** After this the next closer runs, and the exit code is 1. */
  withinMs: number;
}

/** What of the process is used; a test gives its own. */
export interface HostProcess {
  on(event: string, listener: (cause: unknown) => void): unknown;
  exit(code: number): void;
}

export interface StartStopOptions {
  log: Logger;
  clock: Clock;
  host: HostProcess;
  /** Brings the process up, and returns what is to be closed, in that order. What it opened before it threw, it closes. */
  start(): Promise<readonly Closer[]>;
}

/** Refused to start, for a reason that its message says to whoever typed the command. */
export class CannotStart extends OperationalError {
  readonly code = 'boot.cannot-start';
  readonly retryable = false;
}

/**
 * Runs a process from its start to its exit.
 *
 * SIGTERM and SIGINT stop it in order: each closer runs even if one before it failed or took too long, and the exit code
 * is 0 only when all went well. A second signal exits at once with 1. What nobody caught is logged and stops it the same
 * way, with exit code 1. A start that failed exits with 1.
 */
export async function startStop({ log, clock, host, start }: StartStopOptions): Promise<void> {
  let closers: readonly Closer[] = [];
  let stopping = false;
  const stop = (code: 0 | 1) => {
    if (stopping) return host.exit(1);
    stopping = true;
    void closeAll(closers, log, clock).then((wentWell) => host.exit(wentWell ? code : 1));
  };

  for (const signal of ['SIGTERM', 'SIGINT']) {
    host.on(signal, () => {
      log.info({ signal }, 'stopping');
      stop(0);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    host.on(event, (error) => {
      log.fatal({ error, event }, 'nobody caught this');
      stop(1);
    });
  }

  try {
    closers = await start();
  } catch (error) {
    tellWhy(error, log);
    host.exit(1);
  }
}

async function closeAll(closers: readonly Closer[], log: Logger, clock: Clock): Promise<boolean> {
  let wentWell = true;
  for (const closer of closers) {
    const outcome = await closeOne(closer, clock);
    if (outcome === 'closed') continue;
    wentWell = false;
    log.error({ closer: closer.name, ...outcome }, 'did not close');
  }
  return wentWell;
}

async function closeOne(closer: Closer, clock: Clock): Promise<'closed' | { error?: unknown; withinMs?: number }> {
  const bound = new AbortController();
  const late = clock.sleep(closer.withinMs, bound.signal).then(
    () => ({ withinMs: closer.withinMs }),
    () => ({ withinMs: closer.withinMs }),
  );
  const closed = Promise.resolve()
    .then(() => closer.close())
    .then(
      () => 'closed' as const,
      (error: unknown) => ({ error }),
    );
  return Promise.race([closed, late]).finally(() => bound.abort());
}

/** A wrong environment is one line for each variable and no stack: whoever reads it is to mend it, not to debug it. */
function tellWhy(error: unknown, log: Logger): void {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) log.fatal({ problem }, 'the environment is wrong');
  } else if (error instanceof OperationalError) {
    log.fatal({ code: error.code, why: error.message }, 'cannot start');
  } else {
    log.fatal({ error }, 'cannot start');
  }
}
