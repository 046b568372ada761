import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { OperationalError } from '@app/kernel';
import { programBeside } from '../engines/program-beside.js';
import type { CallersOrder } from './callers.js';
import type { CallersReport } from './figures.js';

/** A process of callers ended before it had done its work. */
export class CallersLost extends OperationalError {
  readonly code = 'lab.callers-lost';
  readonly retryable = true;
}

/** Callers in processes of their own, one for each order. */
export class CallerProcesses {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  /** Resolves when all are ready to begin. @throws CallersLost */
  static async start(orders: readonly CallersOrder[]): Promise<CallerProcesses> {
    const children = orders.map((order) => {
      const child = fork(programBeside(import.meta.url, 'callers.child'), {
        detached: true, // a session of their own, to go first as a whole
        execArgv: ['--enable-source-maps'],
      });
      child.send(order);
      return child;
    });
    await Promise.all(children.map(answerOf));
    return new CallerProcesses(children);
  }

  /** Begins now; resolves when all calls have ended. @throws CallersLost */
  async run(): Promise<CallersReport[]> {
    const reports = this.children.map(answerOf);
    for (const child of this.children) child.send('go');
    return (await Promise.all(reports)) as CallersReport[];
  }

  /** Ends those that still run. */
  stop(): void {
    for (const child of this.children) child.kill();
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  // not its exit: what it said last is read after that
  const lost = once(child, 'close').then(([code]) => {
    throw new CallersLost(`a process of callers ended with code ${String(code)}`);
  });
  lost.catch(() => undefined); // it ends after its last answer, too
  const [answer] = (await Promise.race([once(child, 'message'), lost])) as [unknown];
  return answer;
}
