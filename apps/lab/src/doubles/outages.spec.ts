import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { MurmurEngine } from '../engines/murmur.engine.js';
import { A_CALL, type ServedDoubles, servedDoubles } from './testing/served-doubles.js';
import { SocketClient } from './testing/socket-client.js';

const OUTAGE_MS = 5_000;

describe('a vendor that is out', () => {
  let clock: FakeClock;
  let doubles: ServedDoubles;
  beforeEach(async () => {
    clock = new FakeClock();
    doubles = await servedDoubles({ clock, engine: new MurmurEngine() });
  });
  afterEach(() => doubles.close());

  const begin = async (path: string, kind: 'refuse' | 'hang') => {
    const body = JSON.stringify({ path, kind, forMs: OUTAGE_MS });
    expect((await fetch(`${doubles.url}/lab/outages`, { method: 'POST', body })).status).toBe(200);
  };
  const models = (signal?: AbortSignal) =>
    fetch(`${doubles.url}/openai/v1/models`, { headers: { authorization: 'Bearer lab' }, ...(signal && { signal }) });
  const listen = () =>
    SocketClient.open(`${doubles.ws}/deepgram/v1/listen?encoding=linear16&sample_rate=8000&tag=${A_CALL}`, {
      headers: { authorization: 'Token lab' },
    });

  it('refuses what is asked until its time is over, and no other vendor does', async () => {
    await begin('/openai/', 'refuse');
    expect((await models()).status).toBe(503);
    (await listen()).socket.terminate();
    await clock.advance(OUTAGE_MS);
    expect((await models()).status).toBe(200);
  });

  it('breaks off what is open, and lets no socket in', async () => {
    const open = await listen();
    await begin('/deepgram/', 'refuse');
    expect((await open.closed).code).toBe(1006);
    await expect(listen()).rejects.toThrow('503');
  });

  it('hangs: answers no request, and goes on with what was open when it is over', async () => {
    const open = await listen();
    await begin('/deepgram/', 'hang');
    open.send({ type: 'CloseStream' });
    const impatient = new AbortController();
    const refused = listen();
    refused.catch(() => undefined); // asserted below
    await begin('/openai/', 'hang');
    const asked = models(impatient.signal);
    impatient.abort();
    await expect(asked).rejects.toThrow('aborted');
    expect(open.socket.readyState).toBe(open.socket.OPEN);
    await clock.advance(OUTAGE_MS);
    expect((await open.closed).code).toBe(1000);
    await expect(refused).rejects.toThrow('socket hang up');
  });

  it('is well again when it is told so, and takes no order that is none', async () => {
    await begin('/openai/', 'refuse');
    await fetch(`${doubles.url}/lab/outages`, { method: 'DELETE' });
    expect((await models()).status).toBe(200);
    const odd = await fetch(`${doubles.url}/lab/outages`, { method: 'POST', body: '{"path":"/openai/"}' });
    expect(odd.status).toBe(400);
  });
});
