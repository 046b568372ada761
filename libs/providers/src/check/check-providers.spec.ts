import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { z } from 'zod';
import { PROVIDER_VARIABLES, providersConfig } from '../provider-variables.js';
import { checkProviders } from './check-providers.js';

/** As each vendor lists its models. */
const LISTS: Record<string, unknown> = {
  '/openai/v1/models': { data: [{ id: 'gpt-6-luna' }, { id: 'gpt-transcribe' }, { id: 'gpt-realtime-2.1' }] },
  '/anthropic/v1/models': { data: [{ id: 'claude-haiku-5-5' }] },
  '/gemini/v1/models': { models: [{ name: 'models/gemini-3.5-flash-lite' }] },
  '/elevenlabs/v1/models': [{ model_id: 'eleven_flash_v2_5' }, { model_id: 'scribe_v2_realtime' }],
  '/deepgram/v1/models': { stt: [{ canonical_name: 'nova-3-general' }], tts: [{ canonical_name: 'aura-2-thalia-en' }] },
};

describe('a check of providers', () => {
  let server: Server;
  let asked: IncomingMessage[];
  let answers: (path: string) => { status: number; body: string };
  let url: string;
  beforeEach(async () => {
    asked = [];
    answers = (path) => ({ status: path in LISTS ? 200 : 404, body: JSON.stringify(LISTS[path] ?? {}) });
    server = createServer((request, response) => {
      asked.push(request);
      const { status, body } = answers((request.url ?? '').split('?')[0] ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const check = (env: Record<string, string>, withinMs = 2_000) => {
    const clock = new FakeClock();
    const dated = Object.assign(clock, { date: () => new Date('2026-11-21') });
    const config = providersConfig(z.object(PROVIDER_VARIABLES).parse(env));
    return checkProviders(config, { clock: dated, fetch, withinMs });
  };
  const openai = () => ({ OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: `${url}/openai/v1` });
  const all = () => ({
    ...openai(),
    ...{ ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: `${url}/anthropic` },
    ...{ GEMINI_API_KEY: 'g', GEMINI_BASE_URL: `${url}/gemini` },
    ...{ ELEVENLABS_API_KEY: 'e', ELEVENLABS_URL: `${url}/elevenlabs`.replace('http', 'ws') },
    ...{ DEEPGRAM_API_KEY: 'd', DEEPGRAM_URL: `${url}/deepgram`.replace('http', 'ws') },
  });

  it('asks each vendor once, with its key where the vendor wants it, and finds all well', async () => {
    const checks = await check(all());
    expect(checks.map(({ vendor, state, toDo }) => [vendor, state, toDo]).sort()).toEqual(
      ['anthropic', 'deepgram', 'elevenlabs', 'gemini', 'openai'].map((vendor) => [vendor, 'ok', null]),
    );
    const header = (path: string, name: string) => asked.find(({ url = '' }) => url.startsWith(path))?.headers[name];
    expect(asked).toHaveLength(5);
    expect(header('/openai', 'authorization')).toBe('Bearer sk-1');
    expect(header('/anthropic', 'x-api-key')).toBe('a');
    expect(header('/gemini', 'x-goog-api-key')).toBe('g');
    expect(header('/elevenlabs', 'xi-api-key')).toBe('e');
    expect(header('/deepgram', 'authorization')).toBe('Token d');
  });

  it.each([
    [401, 'the key is refused (401)', 'make a new one at platform.openai.com'],
    [429, 'the account is used up (429)', 'raise its limits at platform.openai.com'],
    [404, 'nothing is at that address (404)', 'look at the address: does it end as the vendor’s does?'],
    [500, 'the vendor answers 500', 'try again; see the status page of the vendor'],
  ])('says what %s means, and what to do', async (status, says, toDo) => {
    answers = () => ({ status, body: '{"error":{"message":"Incorrect API key provided: sk-1"}}' });
    expect(await check(openai())).toMatchObject([{ vendor: 'openai', state: 'wrong', says, toDo }]);
  });

  it('names a model that the vendor does not have', async () => {
    expect(await check({ ...openai(), OPENAI_MODEL: 'gpt-7' })).toMatchObject([
      { state: 'wrong', says: 'the key works, but gpt-7 is not among its models' },
    ]);
  });

  it('warns of a model that ends, and calls one wrong that has ended', async () => {
    LISTS['/openai/v1/models'] = { data: [{ id: 'gpt-4o' }, { id: 'o1' }, { id: 'gpt-transcribe' }, { id: 'gpt-realtime-2.1' }] }; // prettier-ignore
    expect(await check({ ...openai(), OPENAI_MODEL: 'gpt-4o' })).toMatchObject([
      { state: 'warning', says: expect.stringContaining('openai/gpt-4o ends on 2027-01-14'), toDo: 'change to openai/gpt-6-luna' }, // prettier-ignore
    ]);
    expect(await check({ ...openai(), OPENAI_MODEL: 'o1' })).toMatchObject([
      {
        state: 'wrong',
        says: expect.stringContaining('openai/o1 ended on 2026-10-23'),
        toDo: 'change to another model',
      },
    ]);
  });

  it('knows nobody there from an answer that is none', async () => {
    answers = () => ({ status: 200, body: '<html>' });
    expect(await check(openai())).toMatchObject([{ state: 'wrong', says: 'an answer that is no JSON' }]);
    const gone = { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };
    expect(await check(gone)).toMatchObject([{ state: 'wrong', says: 'cannot be reached at 127.0.0.1:1' }]);
  });

  it('says what it does not ask', async () => {
    expect(await check({ GOOGLE_CLOUD_KEY: 'k' })).toMatchObject([
      { vendor: 'google', state: 'ok', says: 'not asked; telephony is found by using it', tookMs: null },
    ]);
  });
});
