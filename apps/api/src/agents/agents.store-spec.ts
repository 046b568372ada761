import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { AgentStore, ApiKeyStore, AuditStore } from '@app/persistence';
import { exampleSettings, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { apiInProcess } from '../../../../test/api-in-process.js';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';

const NOBODY = '00000000-0000-4000-8000-000000000001';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let api: Awaited<ReturnType<typeof apiInProcess>>;
let key: string;
let count = 0;
/** A model that always says the same. */
let model: Server;
const SAID = { choices: [{ index: 0, delta: { content: 'Yes, we are.' }, finish_reason: 'stop' }] };

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  const env = { DATABASE_URL: database.url, REDIS_URL: (await freshRedis()).url };
  const doubles = { DEEPGRAM_API_KEY: 'none', OPENAI_API_KEY: 'none', ELEVENLABS_API_KEY: 'none' };
  model = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify(SAID)}\n\ndata: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => void model.listen(0, '127.0.0.1', resolve));
  const OPENAI_BASE_URL = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
  api = await apiInProcess({ ...env, ...doubles, OPENAI_BASE_URL });
  key = await new ApiKeyStore(postgres.prisma, systemClock).create('a spec', ['admin']);
});
afterAll(async () => {
  await api.close();
  model.closeAllConnections();
  model.close();
  await postgres.close();
  await database.drop();
});

interface Answer {
  status: number;
  etag: string;
  body: Record<string, unknown>;
}
async function ask(
  method: string,
  path: string,
  { etag, body }: { etag?: string; body?: object } = {},
): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    ...(etag && { 'if-match': etag }),
  };
  const response = await fetch(`${api.url}/api/v1/agents${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const told = (await response.json()) as Record<string, unknown>;
  return { status: response.status, etag: response.headers.get('etag') ?? '', body: told };
}

const providers = {
  recogniser: 'deepgram/nova-3',
  model: 'openai/gpt-6-luna',
  voice: 'elevenlabs/eleven_flash_v2_5',
  voiceId: 'x',
};
const settings = (changes: object = {}) => ({ ...exampleSettings(), providers, ...changes });

/** An agent of its own for each test, with a draft that can go live. */
async function created(changes: object = {}): Promise<{ id: string; etag: string }> {
  const { status, body, etag } = await ask('POST', '', {
    body: { slug: `agent-${(count += 1)}`, settings: settings(changes) },
  });
  expect([status, body['state'], body['liveVersion']]).toEqual([201, 'unpublished', 0]);
  return { id: String(body['id']), etag };
}
async function published(): Promise<{ id: string; etag: string }> {
  const { id, etag } = await created();
  const answer = await ask('POST', `/${id}/publish`, { etag });
  expect(answer.status).toBe(200);
  return { id, etag: answer.etag };
}
const liveGreeting = async (id: string) => (await new AgentStore(postgres.prisma).settingsOf(id)).greeting;

describe('an agent', () => {
  it('takes no calls before it is published, and then does', async () => {
    const { id, etag } = await created();
    expect(JSON.stringify((await ask('GET', '')).body)).not.toContain(id);
    expect(JSON.stringify((await ask('GET', '?state=unpublished')).body)).toContain(id);
    await expect(new AgentStore(postgres.prisma).settingsOf(id)).rejects.toMatchObject({ code: 'store.not-found' });

    expect(await ask('POST', `/${id}/publish`, { etag })).toMatchObject({
      status: 200,
      body: { state: 'live', liveVersion: 1, hasDraft: false },
    });
    expect(await liveGreeting(id)).toBe('Hello, this is Clara, an AI.');
    const { phraseFault, ...status } = (await ask('GET', `/${id}/status`)).body;
    expect([null, 'provider.unreachable']).toContain(phraseFault); // there is no voice here: it is seen sooner or later
    expect(status).toEqual({ state: 'live', lines: 3, linesInUse: 0, calls: [], faults: [] });
  });

  it('answers lines in writing before it is published, if it could be', async () => {
    const { id, etag } = await created({ greeting: 'Hello {{name}}.' });
    const hold = (body: object) => ask('POST', `/${id}/test-calls`, { body: { lines: ['Are you open?'], ...body } });
    expect(await hold({ variables: { name: 'Ida' } })).toMatchObject({
      status: 200,
      body: {
        ...{ medium: 'text', version: 'draft', greeting: 'Hello Ida.', endedBecause: 'lines-over', transferTo: null },
        turns: [{ caller: 'Are you open?', agent: 'Yes, we are.', functions: [] }],
      },
    });
    expect(await hold({ version: 'live' })).toMatchObject({ status: 404, body: { code: 'agent.no-version' } });
    for (const lines of [[], [''], ['x'.repeat(501)], Array<string>(11).fill('x')])
      expect((await hold({ lines })).status).toBe(400);
    await ask('PUT', `/${id}/draft`, { etag, body: { settings: settings({ functions: ['fly'] }) } });
    expect(await hold({})).toMatchObject({ status: 422, body: { code: 'agent.invalid', errors: [{ field: 'functions.0' }] } }); // prettier-ignore
  });

  it('has a slug of its own', async () => {
    const body = { slug: 'clara', settings: {} };
    expect(await ask('POST', '', { body })).toMatchObject({ status: 409, body: { code: 'agent.exists' } });
    expect(await ask('POST', '', { body: { ...body, slug: 'Not a slug' } })).toMatchObject({ status: 400 });
    expect(await ask('POST', '', { body: { slug: 'x', settings: [] } })).toMatchObject({ status: 400 });
  });

  it('is told all its faults at once when it is published, with where they are', async () => {
    const { greeting: _greeting, ...rest } = settings();
    const spoilt = {
      ...rest,
      turns: { ...rest.turns, pauseMs: -1 },
      providers: { ...providers, voice: 'nobody/voice' },
      functions: ['end-call', 'fly'],
      more: 1,
    };
    const { id, etag } = await created();
    const draft = await ask('PUT', `/${id}/draft`, { etag, body: { settings: spoilt } });
    const refused = await ask('POST', `/${id}/publish`, { etag: draft.etag });
    expect(refused).toMatchObject({ status: 422, body: { code: 'agent.invalid' } });
    const faults = refused.body['errors'] as { field: string }[];
    expect(faults.map(({ field }) => field)).toEqual([
      'greeting',
      'turns.pauseMs',
      'settings',
      'providers.voice',
      'functions.1',
    ]);
    expect(draft.body['faults']).toEqual(faults);
  });

  it('gives a call that goes on the version that it began with', async () => {
    const { id, etag } = await published();
    const agents = new AgentStore(postgres.prisma);
    const began = await agents.settingsOf(id);
    const draft = await ask('PUT', `/${id}/draft`, { etag, body: { settings: settings({ greeting: 'Good day.' }) } });
    expect(await liveGreeting(id)).toBe(began.greeting);
    await ask('POST', `/${id}/publish`, { etag: draft.etag });
    expect(await liveGreeting(id)).toBe('Good day.');
    expect(await agents.settingsAt(id, began.agent.version)).toMatchObject({ greeting: began.greeting });
  });

  it('is rolled back, and tells its versions and what differs', async () => {
    const { id, etag } = await published();
    const draft = await ask('PUT', `/${id}/draft`, { etag, body: { settings: settings({ greeting: 'Good day.' }) } });
    expect((await ask('GET', `/${id}/diff?from=1&to=draft`)).body).toEqual({
      differences: [{ path: 'greeting', before: 'Hello, this is Clara, an AI.', after: 'Good day.' }],
    });
    const second = await ask('POST', `/${id}/publish`, { etag: draft.etag });
    expect(second.body['liveVersion']).toBe(2);
    const back = await ask('POST', `/${id}/rollback`, { etag: second.etag, body: { version: 1 } });
    expect(back).toMatchObject({ status: 200, body: { liveVersion: 1 } });
    expect(await liveGreeting(id)).toBe('Hello, this is Clara, an AI.');
    const first = await ask('GET', `/${id}/versions?limit=1`);
    expect(first.body).toMatchObject({ versions: [{ number: 2, author: 'a spec' }], nextCursor: '2' });
    expect((await ask('GET', `/${id}/versions?cursor=2`)).body).toMatchObject({
      versions: [{ number: 1 }],
      nextCursor: null,
    });
    expect((await ask('GET', `/${id}/versions/2`)).body).toMatchObject({ settings: { greeting: 'Good day.' } });
    for (const path of [`/${id}/versions/7`, `/${id}/versions/x`, `/${id}/diff?from=1&to=9`])
      expect(await ask('GET', path)).toMatchObject({ status: 404, body: { code: 'agent.no-version' } });
    expect(await ask('GET', `/${id}/diff?from=1&to=draft`)).toMatchObject({
      status: 409,
      body: { code: 'agent.no-draft' },
    });
    expect(await ask('POST', `/${id}/publish`, { etag: back.etag })).toMatchObject({
      status: 409,
      body: { code: 'agent.no-draft' },
    });
    expect(await ask('POST', `/${id}/rollback`, { etag: back.etag, body: { version: 9 } })).toMatchObject({
      status: 404,
    });
  });

  it('is changed by one of two who saw the same, and by nobody who does not say what they saw', async () => {
    const { id, etag } = await published();
    const saves = ['One.', 'Two.'].map((greeting) =>
      ask('PUT', `/${id}/draft`, { etag, body: { settings: { greeting } } }),
    );
    const statuses = (await Promise.all(saves)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 412]);
    expect(await ask('PUT', `/${id}/draft`, { body: { settings: {} } })).toMatchObject({
      status: 428,
      body: { code: 'precondition.required' },
    });
    for (const wrong of ['"999"', '3', 'W/"2"', '*'])
      expect(await ask('PATCH', `/${id}`, { etag: wrong, body: { lines: 2 } })).toMatchObject({ status: 412 });
    const seen = await ask('GET', `/${id}`);
    expect(await ask('PATCH', `/${id}`, { etag: seen.etag, body: { lines: 7 } })).toMatchObject({
      status: 200,
      body: { lines: 7 },
    });
    expect(await ask('PATCH', `/${NOBODY}`, { etag, body: { lines: 7 } })).toMatchObject({ status: 404 });
    const dropped = await ask('DELETE', `/${id}/draft`, { etag: (await ask('GET', `/${id}`)).etag });
    expect(dropped.body).toMatchObject({ author: null, settings: { greeting: 'Hello, this is Clara, an AI.' } });
  });

  it('is retired once no number is its own, and comes back as it was', async () => {
    const { id, etag } = await published();
    const clara = await ask('GET', `/${postgres.agentId}`);
    expect(await ask('POST', `/${postgres.agentId}/retire`, { etag: clara.etag })).toMatchObject({
      status: 409,
      body: { code: 'agent.has-numbers' },
    });
    const retired = await ask('POST', `/${id}/retire`, { etag });
    expect(retired).toMatchObject({ status: 200, body: { state: 'retired' } });
    await expect(liveGreeting(id)).rejects.toMatchObject({ code: 'store.not-found' });
    expect(await ask('POST', `/${id}/restore`, { etag: retired.etag })).toMatchObject({
      body: { state: 'live', liveVersion: 1 },
    });
  });

  it('leaves in the audit log what it was and what it became', async () => {
    const { id } = await published();
    const { entries } = await new AuditStore(postgres.prisma, systemClock).list({ limit: 5, subjectId: id });
    expect(entries.map(({ action }) => action)).toEqual(['agent.published', 'agent.created']);
    expect(entries[0]).toMatchObject({
      by: { kind: 'key', name: 'a spec' },
      before: null,
      after: { greeting: 'Hello, this is Clara, an AI.' },
    });
  });
});
