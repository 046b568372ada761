import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { LAB_KEYS } from '../../apps/lab/src/ringover/rest/virtual-ringover.js';
import { hurryingClock, servedRingover, type ServedRingover } from '../../test/virtual-ringover.js';
import { checkRingover } from './check.js';
import { firstWebhook } from './first-webhook.js';
import { type CheckSettings, readSettings } from './settings.js';

const TOKEN = 'a-token-of-the-webhooks';

let served: ServedRingover;
beforeAll(async () => {
  served = await servedRingover(hurryingClock());
});
afterAll(() => served.close());

async function check(changes: Partial<CheckSettings> = {}): Promise<{ good: boolean; said: string }> {
  const lines: string[] = [];
  const settings: CheckSettings = {
    ...{ apiKey: LAB_KEYS.eu, region: 'eu', urls: served.addresses, publicUrl: 'https://voice.example.com' },
    ...{ webhookToken: TOKEN, centreUrl: 'http://127.0.0.1:1' },
    numbers: [{ e164: '+33184990022', mediaToken: 'media-1', agent: 'reception' }],
    ...changes,
  };
  const print = (line: string) => void lines.push(line);
  const good = await checkRingover(settings, { clock: systemClock, print, intervalMs: 0 });
  return { good, said: lines.join('\n') };
}

describe('checking an account of Ringover', () => {
  it('says that all is well, and prints what to paste', async () => {
    const { good, said } = await check();

    expect(said).toContain('ok     the key is known in eu, team "A team"');
    expect(said).toContain('+33184990022 (Support)');
    expect(said).toContain(`https://voice.example.com/api/v1/webhooks/ringover/call-event/${TOKEN}`);
    expect(said).toContain(`https://voice.example.com/api/v1/webhooks/ringover/smart-routing/${TOKEN}`);
    expect(said).toContain('+33184990022    wss://voice.example.com/api/v1/media/ringover/media-1   agent reception');
    expect(said).toContain('+33184990011    no agent answers it yet');
    expect(said).not.toContain('WRONG');
    expect(good).toBe(true);
  });

  it('changes nothing, and never shows the key', async () => {
    served.ringover.seen.length = 0;
    const { said } = await check();

    const asked = served.ringover.seen.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
    expect(asked.filter((one) => !one.startsWith('GET '))).toEqual(['POST /calls/current']);
    expect(said).not.toContain(LAB_KEYS.eu);
  });

  it('says that the key is wrong', async () => {
    const { good, said } = await check({ apiKey: 'another-key' });

    expect(said).toContain('WRONG  wrong key: neither eu nor us knows it');
    expect(good).toBe(false);
  });

  it('says that the region is wrong, and which is right', async () => {
    const { good, said } = await check({ apiKey: LAB_KEYS.us });

    expect(said).toContain('WRONG  wrong region: the key is known in us, not in eu; set RINGOVER_REGION=us');
    expect(good).toBe(false);
  });

  it('says which grants are missing, all of them', async () => {
    const account = served.ringover.accountIn('eu');
    const [grants, lost] = [new Set(account.grants), ['users:read', 'numbers:read', 'calls:read'] as const];
    for (const grant of lost) account.grants.delete(grant);
    const { good, said } = await check();
    account.grants = grants;

    expect(said).toContain('ok     the key is known in eu');
    expect(said).toContain('WRONG  missing grant: "Users: read", so users cannot be seen; tick it for this key');
    expect(said).toContain('WRONG  missing grant: "Numbers: read"');
    expect(said).toContain('WRONG  missing grant: "Calls: read"');
    expect(said).not.toContain('"IVRs: read"');
    expect(good).toBe(false);
  });

  it('says that Monitoring is off', async () => {
    served.ringover.accountIn('eu').monitoring = false;
    const { good, said } = await check();
    served.ringover.accountIn('eu').monitoring = true;

    expect(said).toContain('WRONG  missing grant: "Monitoring" is off');
    expect(good).toBe(false);
  });

  it('says that nobody answers there, or something else does', async () => {
    const nobody = await check({ urls: { eu: 'http://127.0.0.1:1/v2' } });
    const elsewhere = await check({ urls: { eu: `${served.url}/ringover/v2/elsewhere` } });

    expect(nobody.said).toMatch(/WRONG {2}unreachable: .* at http:\/\/127\.0\.0\.1:1\/v2/);
    expect(elsewhere.said).toContain('WRONG  wrong address');
  });

  it.each([
    ['http://voice.example.com', 'WRONG  no TLS'],
    ['http://127.0.0.1:3000', 'WRONG  not public'],
    ['https://192.168.1.20', 'WRONG  not public'],
  ])('says what is wrong with %s as a public address', async (publicUrl, fault) => {
    expect((await check({ publicUrl })).said).toContain(fault);
  });

  it('says that no centre runs here, and that there is no webhook token', async () => {
    const { said } = await check({ numbers: undefined, webhookToken: undefined });

    expect(said).toContain('no centre runs on this machine');
    expect(said).toContain('WRONG  no webhook token');
  });
});

describe('its settings', () => {
  it('name what is missing, and never what was given', () => {
    const read = () => readSettings({ RINGOVER_REGION: 'mars', CARILLON_HOME: '/nowhere' });

    expect(read).toThrow(/RINGOVER_API_KEY: is not set[^]*RINGOVER_REGION/);
    expect(read).not.toThrow(/mars/);
  });

  it('take an address of one’s own for the region, and ask another only when it is given, too', () => {
    const env = { RINGOVER_API_KEY: 'k', RINGOVER_API_URL: 'http://127.0.0.1:9/v2/', CARILLON_HOME: '/nowhere' };

    expect(readSettings(env)).toMatchObject({ urls: { eu: 'http://127.0.0.1:9/v2' }, numbers: undefined });
    const both = { ...env, RINGOVER_OTHER_API_URL: 'http://127.0.0.1:9/us/' };
    expect(readSettings(both).urls).toEqual({ eu: 'http://127.0.0.1:9/v2', us: 'http://127.0.0.1:9/us' });
  });
});

describe('waiting for a first webhook', () => {
  let metrics = '';
  let server: Server;
  let centreUrl: string;
  beforeAll(async () => {
    server = createServer((_request, response) => void response.end(metrics));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    centreUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const counted = (outcome: string, count: number, carrier = 'ringover') =>
    `# HELP carillon_webhooks_total Webhook deliveries.\ncarillon_webhooks_total{carrier="${carrier}",section="call-event",outcome="${outcome}"} ${count}\n`;
  /** What is there before, and what comes while it waits. */
  async function waiting(before: string, then: string) {
    metrics = before;
    let looks = 0;
    const sleep = () => {
      looks += 1;
      if (looks === 2) metrics = then;
      return Promise.resolve();
    };
    const clock = { ...systemClock, sleep, nowMs: () => looks * 500 };
    return firstWebhook({ centreUrl, withinMs: 2_000, clock, lookEveryMs: 1 });
  }

  it.each([
    ['accepted', true, 'received: a webhook of call-event'],
    ['repeated', true, 'received: a webhook of call-event'],
    ['refused', false, 'refused: a webhook of call-event came'],
    ['failed', false, 'not kept: a webhook of call-event came'],
  ])('says what became of one that was %s', async (outcome, good, line) => {
    const heard = await waiting(counted(outcome, 4), counted(outcome, 5));

    expect(heard.good).toBe(good);
    expect(heard.line).toContain(line);
  });

  it('does not mistake what came before, or another carrier’s, for it', async () => {
    const heard = await waiting(counted('accepted', 4), counted('accepted', 4) + counted('accepted', 9, 'twilio'));

    expect(heard).toEqual({ good: false, line: expect.stringContaining('nothing came in 2 s') });
  });

  it('says that the centre does not answer', async () => {
    const heard = await firstWebhook({ centreUrl: 'http://127.0.0.1:1', withinMs: 10, clock: systemClock });

    expect(heard.line).toContain('unreachable: the centre does not answer');
  });
});
