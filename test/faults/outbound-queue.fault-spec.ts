import { expect, it } from '@jest/globals';
import { dialThroughKills } from '../killed-queue.js';

const ENTRIES = 200;

it('a queue of 200 whose process is killed twice dials none twice, and leaves none out', async () => {
  const { dialled, outcomes, killedAt } = await dialThroughKills({ entries: ENTRIES, kills: 2, withinMs: 300_000 });
  process.stdout.write(`queue of ${ENTRIES}: ${JSON.stringify({ dialled: dialled.length, outcomes, killedAt })}\n`);
  const { busy = 0, uncertain = 0, ...others } = outcomes;

  expect(new Set(dialled).size).toBe(dialled.length);
  expect([busy + uncertain, others]).toEqual([ENTRIES, {}]);
  expect(uncertain).toBeLessThanOrEqual(2 * 4); // what each process was asking for when it was killed
}, 900_000);
