import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../../tools/processes/free-port.js';
import { IVR_NUMBER, openOutboundCentre, type OutboundCentre } from '../outbound-centre.js';
import { until } from '../until.js';

const API = fileURLToPath(new URL('../../dist/apps/api/src/main.js', import.meta.url));

let centre: OutboundCentre;
const apis: ChildProcess[] = [];
beforeAll(async () => {
  centre = await openOutboundCentre();
}, 30_000);
afterAll(() => centre.close());
afterEach(async () => {
  for (const api of apis.splice(0)) if (api.kill('SIGKILL')) await once(api, 'exit');
  centre.served.ringover.seen.length = 0;
});

/** A process of its own, on the same stores and at the same carrier. */
async function startApi(): Promise<{ api: ChildProcess; url: string }> {
  const port = await freePort();
  const api = spawn(process.execPath, [API], {
    env: { ...centre.env, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  apis.push(api);
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/ready`).catch(() => undefined))?.ok === true);
  return { api, url };
}

async function place(url: string, to: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/calls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${centre.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agent: 'clara', to, from: IVR_NUMBER }),
  });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

async function kill(api: ChildProcess): Promise<void> {
  api.kill('SIGKILL');
  await once(api, 'exit');
}

const dialled = () => centre.served.ringover.seen.filter(({ path }) => path.endsWith('/callback'));

it('a process that is killed between writing a call down and asking for it leaves one that is uncertain', async () => {
  const { api, url } = await startApi();
  await centre.holdGate(10_000); // it stands in the queue to the carrier
  const id = await place(url, '+33612345678');
  await kill(api);
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'attempting', carrierCallId: null });

  await centre.pursue(21_000);
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'doubtful' });
  await centre.pursue(90_000);

  expect(await centre.attempts.get(id)).toMatchObject({ state: 'uncertain' });
  expect(dialled()).toEqual([]);
}, 60_000);

it('a call whose process is killed before the carrier answered is found, and rings once', async () => {
  const { api, url } = await startApi();
  centre.served.script.queue({ type: 'person', afterMs: 12_000, streams: false, staysMs: 0 });
  centre.served.ringover.faults.add({ kind: 'done-then-hang', status: 500, path: '/ivrs', times: 1 });
  const id = await place(url, '+33698765432');
  await until(() => dialled().length === 1);
  await kill(api);
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'attempting', carrierCallId: null });

  await centre.pursue(21_000);
  await centre.pursue(21_000);

  const [live] = centre.served.ringover.accountIn('eu').book.live;
  expect(await centre.attempts.get(id)).toMatchObject({ state: 'dialling', carrierCallId: String(live?.callId) });
  expect(dialled()).toHaveLength(1);
}, 60_000);
