import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { playRingover, RingoverServer } from './ringover-server.js';
import { LAB_KEYS } from './virtual-ringover.js';

const server = new RingoverServer(playRingover(systemClock));
let addresses: { eu: string; us: string; url: string };
beforeAll(async () => {
  addresses = await server.listen();
});
afterAll(() => server.close());

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; json: Told }> {
  const response = await fetch(`${addresses.url}/lab/ringover${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Told };
}

interface Told {
  callId?: string;
  live?: { callId: string }[];
  past?: { lastState: string; transcript: string }[];
  requests?: { path: string; status: number | null }[];
  grants?: string[];
}

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${addresses.eu}${path}`, { headers: { authorization: LAB_KEYS.eu }, ...init });

describe('what tests may ask of the virtual Ringover', () => {
  it('begins a call, shows it, and ends it', async () => {
    const { json: begun } = await control('POST', '/eu/calls', { from: 33_612_345_678, to: 33_184_990_022 });
    expect(begun.callId).toMatch(/^\d{19,20}$/);
    expect((await control('GET', '/eu')).json.live).toMatchObject([{ callId: begun.callId, direction: 'IN' }]);
    await control('DELETE', `/eu/calls/${begun.callId}`, { lastState: 'MISSED', transcript: 'Bonjour' });

    const { live, past } = (await control('GET', '/eu')).json;
    expect(live).toEqual([]);
    expect(past).toMatchObject([{ lastState: 'MISSED', transcript: 'Bonjour' }]);
  });

  it('takes a grant away, and tells what was asked', async () => {
    await control('PATCH', '/eu', { grants: ['users:read'] });
    expect((await ask('/numbers')).status).toBe(401);
    expect((await control('GET', '')).json.requests?.at(-1)).toMatchObject({ path: '/numbers', status: 401 });
    await control('DELETE', '');

    expect((await control('GET', '')).json.requests).toEqual([]);
  });

  it('fails as it is told, so many times', async () => {
    await control('POST', '/faults', { kind: 'status', status: 503, path: '/teams' });
    await control('POST', '/faults', { kind: 'cut', path: '/teams' });
    expect((await ask('/teams')).status).toBe(503);
    await expect(ask('/teams')).rejects.toThrow('fetch failed');

    expect([200, 429]).toContain((await ask('/teams')).status);
  });

  it.each([
    ['PATCH', '/eu', { grants: ['everything'] }, 400],
    ['POST', '/faults', { kind: 'strange' }, 400],
    ['PUT', '/outcomes', [{ type: 'busy' }], 200],
    ['PUT', '/hang-up', { method: 'DELETE', path: '/channels/:channel' }, 200],
    ['GET', '/nowhere', undefined, 404],
    ['DELETE', '/eu/calls/1', undefined, 404],
  ])('answers %s %s', async (method, path, body, status) => {
    expect((await control(method, path, body)).status).toBe(status);
  });
});
