import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort } from '../../tools/processes/free-port.js';
import { StartedCentre, stillRun } from './started-centre.js';

jest.setTimeout(180_000);

const UP = /Carillon is up/;
/** The build is there when this suite begins; the rest is stores, migration, seed and two programs. */
const UP_WITHIN_MS = 45_000;
const REHEARSED_WITHIN_MS = 20_000;

describe('npm start', () => {
  let home: string;
  let port: number;
  let centre: StartedCentre | undefined;
  const start = (settings: Record<string, string> = {}) =>
    (centre = new StartedCentre(home, { PORT: String(port), CARILLON_REHEARSAL: 'off', ...settings }));
  const get = (path: string, key?: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, key ? { headers: { authorization: `Bearer ${key}` } } : {});

  /** With what it showed at its first start. */
  const signIn = async (printed: string) => {
    const [, email, password] = /Sign-in +(\S+) with (\S+)/.exec(printed) ?? [];
    const asked = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    };
    return (await fetch(`http://127.0.0.1:${port}/api/v1/auth/login`, asked)).status;
  };

  /** What the call that was shown used of each provider, and what went over its line. */
  const expectCounted = async (apiKey: string) => {
    const read = async (path: string) =>
      (await (await get(`/api/v1/${path}`, apiKey)).json()) as Record<string, unknown>;
    const { calls } = (await read('calls?limit=1')) as { calls: { id: string }[] };
    const cost = await read(`calls/${calls[0]?.id}/cost`);
    const lines = cost['lines'] as { stage: string; usd: number }[];
    expect([...new Set(lines.map(({ stage }) => stage))].sort()).toEqual(['model', 'recogniser', 'voice']);
    expect(cost).toMatchObject({ currency: 'USD', usd: expect.any(Number), unpriced: [] });
    expect(cost['usd']).toBeGreaterThan(0);
    const stats = await read(`calls/${calls[0]?.id}/stats`);
    expect(stats).toMatchObject({ isLive: false, line: { framesIn: expect.any(Number) }, messages: { caller: expect.any(Number) } }); // prettier-ignore
    expect((stats['line'] as { soundOutMs: number }).soundOutMs).toBeGreaterThan(2_000);
  };

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'centre-'));
    chmodSync(home, 0o711); // the user that runs PostgreSQL for root must get in
    port = await freePort();
  });
  afterEach(() => centre?.stop());
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('brings up a whole centre from nothing, shows a call, and ends without a trace', async () => {
    const first = start({ CARILLON_REHEARSAL: 'on' });
    await first.prints(UP, UP_WITHIN_MS);
    await first.prints(/^ +[\d:.]+ +agent +\S/m, REHEARSED_WITHIN_MS); // a line of the call, told while it goes on

    expect((await get('/health')).status).toBe(200);
    expect((await get('/ready')).status).toBe(200);
    const { apiKey, pid } = first.centre();
    expect(first.printed).toContain(apiKey);
    expect(statSync(join(home, 'centre.json')).mode & 0o077).toBe(0);
    expect((await get('/api/v1/agents')).status).toBe(401);
    expect((await get('/api/v1/agents', apiKey)).status).toBe(200);
    expect(await signIn(first.printed)).toBe(200);

    const second = new StartedCentre(home, { PORT: String(port) });
    expect(await second.ended()).toBe(1);
    expect(second.printed).toContain(`already runs here (process ${pid})`);

    await first.prints(/Ring again with/, 60_000);
    expect(first.printed).toMatch(/^ +[\d:.]+ +caller +\S/m);
    await expectCounted(apiKey);
    const processes = first.processes();
    expect(await first.pressCtrlC()).toBe(0);
    expect([...first.printed.matchAll(/^stopped (\w+)$/gm)].map(([, name]) => name)).toEqual([
      'api',
      'worker',
      'lab',
      'Redis',
      'PostgreSQL',
    ]);
    expect(processes.map(({ name }) => name)).toEqual(['PostgreSQL', 'Redis', 'lab', 'worker', 'api']);
    expect(stillRun(processes)).toEqual([]);
  });

  it('uses its data again, and cleans up after a launcher that was killed', async () => {
    const second = start({ LINES_PER_AGENT: '7' });
    await second.prints(UP, UP_WITHIN_MS);
    const { apiKey } = second.centre();
    expect(second.printed).not.toContain(apiKey);
    expect(await (await get('/api/v1/agents', apiKey)).json()).toMatchObject({ agents: Array(5).fill({ lines: 7 }) });
    const orphans = second.processes();
    await second.killLauncher();
    expect(stillRun(orphans)).toEqual(['PostgreSQL', 'Redis', 'lab', 'worker', 'api']);

    const third = start();
    await third.prints(UP, UP_WITHIN_MS);
    expect(third.printed).toContain('left behind');
    expect(stillRun(orphans)).toEqual([]);
    expect(third.centre().apiKey).toBe(apiKey);

    const api = third.processes().find(({ name }) => name === 'api');
    process.kill(api?.pid ?? 0, 'SIGKILL');
    const processes = third.processes();
    expect(await third.ended()).toBe(1);
    expect(third.printed).toMatch(/^api was ended by SIGKILL .*stopping everything$/m);
    expect(stillRun(processes)).toEqual([]);
  });

  it.each([
    ['DATABASE_URL', 'postgresql://somebody:pa55word@127.0.0.1:1/centre'],
    ['REDIS_URL', 'redis://:pa55word@127.0.0.1:1'],
  ])('says in one line that nothing answers at %s', async (name, url) => {
    const refused = start({ [name]: url });
    expect(await refused.ended()).toBe(1);
    expect(complaints(refused)).toEqual([expect.stringContaining(`${name}: no answer from 127.0.0.1:1`)]);
    expect(refused.printed).not.toContain('pa55word');
  });

  it('says in one line that its port is in use', async () => {
    const server = await listening(port);
    const refused = start();
    expect(await refused.ended()).toBe(1);
    expect(complaints(refused)).toEqual([expect.stringContaining(`port ${port} is in use`)]);
    await new Promise((resolve) => server.close(resolve));
  });
});

/** What it printed besides npm's own lines. */
const complaints = ({ printed }: StartedCentre) =>
  printed.split('\n').filter((line) => line.trim() && !/^(npm|>) /.test(line));

function listening(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, () => resolve(server));
  });
}
