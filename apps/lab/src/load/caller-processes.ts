import type { ChildProcess } from 'node:child_process';
import type { CallersOrder } from './callers.js';
import type { CallersReport } from './figures.js';
import { answerOf, startMeasuring } from './measuring-child.js';

/** Callers in processes of their own, one for each order. */
export class CallerProcesses {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  /** Resolves when all are ready to begin. @throws MeasuringLost */
  static async start(orders: readonly CallersOrder[]): Promise<CallerProcesses> {
    const children = orders.map((order) => startMeasuring('callers.child', order));
    await Promise.all(children.map(answerOf));
    return new CallerProcesses(children);
  }

  /** Begins now; resolves when all calls have ended. @throws MeasuringLost */
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
