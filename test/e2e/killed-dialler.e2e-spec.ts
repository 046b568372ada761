import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { IVR_NUMBER, openOutboundCentre, type OutboundCentre } from '../outbound-centre.js';
import { dialThroughKills } from '../killed-queue.js';
import { until } from '../until.js';

const WORKER = fileURLToPath(new URL('../../dist/apps/worker/src/main.js', import.meta.url));

let centre: OutboundCentre;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  centre = await openOutboundCentre({ dials: false });
}, 30_000);
afterAll(() => centre.close());
afterEach(async () => {
  for (const worker of workers.splice(0)) if (worker.kill('SIGKILL')) await once(worker, 'exit');
  centre.served.ringover.seen.length = 0;
});

/** A process of its own, on the same stores and at the same carrier. */
function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [WORKER], { env: centre.env, stdio: ['ignore', 'inherit', 'inherit'] });
  workers.push(worker);
  return worker;
}

async function place(to: string): Promise<string> {
  const response = await fetch(`${centre.url}/api/v1/calls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${centre.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agent: 'clara', to, from: IVR_NUMBER, variables: { name: 'Zoë' } }),
  });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

async function kill(worker: ChildProcess): Promise<void> {
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

const stateOf = async (id: string) => (await centre.attempts.get(id))?.state;
const dialled = () => centre.served.ringover.seen.filter(({ path }) => path.endsWith('/callback'));

it('a process that is killed between writing a call down and asking for it leaves one that is uncertain', async () => {
  await centre.holdGate(10_000); // it stands in the queue to the carrier
  const worker = startWorker();
  const id = await place('+33612345678');
  await until(async () => (await stateOf(id)) === 'attempting');
  await kill(worker);
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'attempting', carrierCallId: null });

  await centre.pursue(21_000);
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'doubtful' });
  await centre.pursue(90_000);

  expect(await centre.attempts.get(id)).toMatchObject({ state: 'uncertain' });
  expect(dialled()).toEqual([]);
}, 60_000);

it('a call whose process is killed before the carrier answered is found, and rings once', async () => {
  const worker = startWorker();
  centre.served.script.queue({ type: 'person', afterMs: 12_000, streams: false, staysMs: 0 });
  centre.served.ringover.faults.add({ kind: 'done-then-hang', status: 500, path: '/ivrs', times: 1 });
  const id = await place('+33698765432');
  await until(() => dialled().length === 1);
  await kill(worker);
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'attempting', carrierCallId: null });

  await centre.pursue(21_000);
  await centre.pursue(21_000);

  const [live] = centre.served.ringover.accountIn('eu').book.live;
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'dialling', carrierCallId: String(live?.callId) });
  expect(dialled()).toHaveLength(1);
}, 60_000);

it('a queue whose process is killed in the middle dials none twice, and leaves none out', async () => {
  const { dialled, outcomes } = await dialThroughKills({ entries: 10, kills: 1, withinMs: 60_000 });
  const { busy = 0, uncertain = 0, ...others } = outcomes;

  expect(new Set(dialled).size).toBe(dialled.length);
  expect([busy + uncertain, others]).toEqual([10, {}]);
}, 120_000);
