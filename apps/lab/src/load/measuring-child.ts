import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { OperationalError } from '@app/kernel';
import { programBeside } from '../engines/program-beside.js';

/** A process that measures ended before it had done its work. */
export class MeasuringLost extends OperationalError {
  readonly code = 'lab.measuring-lost';
  readonly retryable = true;
}

/** @param program what it runs, beside this file; it answers its order with a message once it is ready */
export function startMeasuring(program: 'callers.child' | 'probe.child', order: object): ChildProcess {
  const child = fork(programBeside(import.meta.url, program), {
    detached: true, // a session of its own, to go first as a whole
    execArgv: ['--enable-source-maps'],
  });
  child.send(order);
  return child;
}

/** The next thing that it says. @throws MeasuringLost */
export async function answerOf(child: ChildProcess): Promise<unknown> {
  // not its exit: what it said last is read after that
  const lost = once(child, 'close').then(([code]) => {
    throw new MeasuringLost(`a process that measures ended with code ${String(code)}`);
  });
  lost.catch(() => undefined); // it ends after its last answer, too
  const [answer] = (await Promise.race([once(child, 'message'), lost])) as [unknown];
  return answer;
}
