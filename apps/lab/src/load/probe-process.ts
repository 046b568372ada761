import type { ChildProcess } from 'node:child_process';
import type { Centre } from '../call/centre.js';
import type { ApiFigures } from './api-probe.js';
import { ProbeFailed } from './centre-probe.js';
import { answerOf, startMeasuring } from './measuring-child.js';
import type { Timed } from './stall-watch.js';

export interface ProbeOrder {
  centre: Centre;
  /** `calls`: one live call after the other. `api`: fifty questions a second of all kinds, and the feed. */
  asks: 'calls' | 'api';
}

/** What it was answered, by what it asked; or why it could not go on. */
export type ProbeReport = { calls: Timed } | { api: ApiFigures } | { failed: string };

/** Asks the centre from a process of its own, which goes before others: what waits there was not slow to be answered. */
export class ProbeProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it asks. @throws MeasuringLost */
  static async start(order: ProbeOrder): Promise<ProbeProcess> {
    const child = startMeasuring('probe.child', order);
    await answerOf(child);
    return new ProbeProcess(child);
  }

  /** @throws ProbeFailed, MeasuringLost */
  async stop(): Promise<Exclude<ProbeReport, { failed: string }>> {
    const answer = answerOf(this.child);
    this.child.send('stop');
    const report = (await answer) as ProbeReport;
    if ('failed' in report) throw new ProbeFailed(report.failed);
    return report;
  }

  /** Without an answer. */
  abandon(): void {
    this.child.kill();
  }
}
