// A process that asks: gets its order, says when it asks, and answers with what it found once it is told to stop.
import { once } from 'node:events';
import { goBeforeOthers } from '@app/boot';
import { systemClock as clock } from '@app/kernel';
import { ApiProbe } from './api-probe.js';
import { ProbeFailed, RestProbe } from './centre-probe.js';
import type { ProbeOrder, ProbeReport } from './probe-process.js';

process.once('disconnect', () => process.exit()); // whoever wanted to know is gone, or has its report
const [order] = (await once(process, 'message')) as [ProbeOrder];
goBeforeOthers(); // who measures must not be late
const report = await ask(order).catch((error: unknown): ProbeReport => {
  if (error instanceof ProbeFailed) return { failed: error.message };
  throw error;
});
process.send?.(report, undefined, undefined, () => process.disconnect());

async function ask(order: ProbeOrder): Promise<ProbeReport> {
  const stopped = once(process, 'message');
  const report = await begin(order);
  process.send?.('asking');
  await stopped;
  return report();
}

/** @returns stops it */
async function begin({ centre, asks }: ProbeOrder): Promise<() => Promise<ProbeReport>> {
  if (asks === 'api') {
    const probe = await ApiProbe.open(centre, clock);
    return async () => ({ api: await probe.stop() });
  }
  const probe = new RestProbe(centre, clock);
  return async () => ({ calls: await probe.stop() });
}
