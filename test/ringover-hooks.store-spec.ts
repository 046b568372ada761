import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, readEnv } from '@app/boot';
import { systemClock } from '@app/kernel';
import { ApiKeyStore, CallStore } from '@app/persistence';
import { begunCall, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { readRingoverEvent, type RingoverEvent } from '@app/telephony';
import { newCallFacts, type RingoverCallFacts } from '../apps/lab/src/ringover/call-events.js';
import { RingoverHooks } from '../apps/lab/src/ringover/ringover-hooks.js';
import { AFTER_CALL_EVENTS, HOOK_SECTIONS, type HookSection } from '../apps/lab/src/ringover/webhook-bodies.js';
import type { Signature } from '../apps/lab/src/ringover/webhook-signature.js';
import { workerEnv } from '../apps/worker/src/worker.env.js';
import { startWorker } from '../apps/worker/src/worker.js';
import { apiInProcess } from './api-in-process.js';
import { freshDatabase, freshRedis } from './stores.js';
import { until } from './until.js';

const TOKEN = 'the-token-in-the-address';
const PUBLIC_URL = 'https://centre.example.com';
const KEYS: Record<HookSection, string> = {
  'call-event': 'key-1',
  'contact-call': 'key-2',
  'contact-search': 'key-3',
  'smart-routing': 'key-4',
};
/** What the virtual Ringover does, and what the api must then be told to take. */
const WAYS: readonly [Signature, string][] = [
  ['jwt-v1', 'jwt-v1'],
  ['jwt-v1-flat', 'jwt-v1'],
  ['jwt-v1-bearer', 'jwt-v1'],
  ['hmac-v3', 'hmac-v3'],
  ['legacy-hex', 'legacy-hex'],
  ['api-key', 'api-key'],
  ['api-key-base64', 'api-key'],
  ['none', 'token'],
];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let worker: Awaited<ReturnType<typeof startWorker>>;
let stores: { DATABASE_URL: string; REDIS_URL: string };
let apiKey: string;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  stores = { DATABASE_URL: database.url, REDIS_URL: (await freshRedis()).url };
  apiKey = await new ApiKeyStore(postgres.prisma, systemClock).create('a spec', ['admin']);
  await postgres.prisma.contact.create({
    data: { e164: '+33612345678', name: 'Léa Durand', notes: { segment: 'VIP' } },
  });
  const log = createLogger({ name: 'worker', level: 'silent' });
  worker = await startWorker(readEnv(workerEnv, stores), { clock: systemClock, log });
});
afterAll(async () => {
  for (const { close } of worker) await close();
  await postgres.close();
  await database.drop();
});

async function centre(modes: string, hooks: Partial<ConstructorParameters<typeof RingoverHooks>[0]['switches']> = {}) {
  const names = HOOK_SECTIONS.map((section) => [section, section.toUpperCase().replace('-', '_')] as const);
  const env = Object.fromEntries(
    names.flatMap(([section, name]) => [
      [`RINGOVER_${name}_KEY`, KEYS[section]],
      [`RINGOVER_${name}_MODES`, modes],
    ]),
  );
  const api = await apiInProcess({ ...stores, ...env, PUBLIC_URL, RINGOVER_WEBHOOK_TOKEN: TOKEN });
  const ringover = new RingoverHooks({
    ...{ apiUrl: api.url, publicUrl: PUBLIC_URL, webhookToken: TOKEN, keys: KEYS, clock: systemClock },
    switches: { idsAs: 'number', retryDelaysMs: [], duplicates: false, ...hooks },
  });
  return { api, ringover };
}

const newCall = (): RingoverCallFacts =>
  newCallFacts({
    ...{ fromNumber: '33612345678', toNumber: '33184990011' },
    startedAtS: systemClock.date().getTime() / 1_000,
  });

/** A call that ended, under the carrier's id. */
async function storedCall({ callId: carrierCallId }: RingoverCallFacts): Promise<string> {
  const startedAt = new Date(systemClock.date().getTime() - 60_000); // messages are told to the second
  const begun = begunCall(postgres.agentId, { carrierCallId, from: '+33612345678', startedAt });
  await new CallStore(postgres.prisma).begin(begun);
  return begun.id;
}

async function notesOf(apiUrl: string, id: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const answer = await fetch(`${apiUrl}/api/v1/calls/${id}`, { headers: { authorization: `Bearer ${apiKey}` } });
  return ((await answer.json()) as { carrierNotes: { type: string; data: Record<string, unknown> }[] }).carrierNotes;
}

async function everything(ringover: RingoverHooks, call: RingoverCallFacts) {
  for (const event of ['ringing', 'answered', 'hangup', 'missed'] as const) await ringover.tell(event, call);
  await ringover.leaveVoicemail(call);
  await ringover.everythingAfter(call);
  await ringover.message('received', call);
  await ringover.message('sent', call);
  await ringover.fax();
  await ringover.typeCode(4_821, call);
  const route = await ringover.askRoute(call);
  const contact = await ringover.askWhoCalls(call);
  return { route, contact, found: [await ringover.search('Léa'), await ringover.search('léa', 'ressource')] };
}

const NOTES = [
  ...['code', 'comments', 'comments', 'empower', 'hang-up', 'missed', 'recording', 'sms', 'sms', 'summary', 'tags'],
  ...['transcription', 'voicemail', 'voicemail'],
];

/** Reference: ringover.md 3.3; and a fax, of which only that it exists is known. */
const DOCUMENTED = [
  ...['ringing', 'answered', 'hangup', 'missed', 'voicemail', 'ivr_response_code', 'contact', 'routing'].map(
    (event) => `call ${event}`,
  ),
  ...['search contact', 'sms sent', 'sms received', 'fax received'],
  ...AFTER_CALL_EVENTS.map((event) => `aftercall ${event}`),
];
/** All that an event can be read as: the compiler asks for what is missing. */
const EVENT_TYPES: Readonly<Record<RingoverEvent['type'], true>> = {
  ...{ ringing: true, answered: true, hangup: true, missed: true, voicemail: true, comments: true, tags: true },
  ...{ 'record-available': true, 'voicemail-available': true, 'transcription-available': true },
  ...{ 'summary-available': true, empower: true, routing: true, 'contact-call': true, 'contact-search': true },
  ...{ 'ivr-code': true, sms: true, unknown: true },
};

describe('the virtual Ringover’s webhooks at the real api', () => {
  it.each(WAYS)('are all taken, answered and kept with the call: %s', async (signature, modes) => {
    const signatures = Object.fromEntries(HOOK_SECTIONS.map((section) => [section, signature]));
    const { api, ringover } = await centre(modes, { signatures, idsAs: signature === 'hmac-v3' ? 'string' : 'number' });
    await postgres.prisma.carrierNote.deleteMany();
    const call = newCall();
    const id = await storedCall(call);
    const { route, contact, found } = await everything(ringover, call);

    expect(ringover.deliveries.filter(({ status }) => status !== 200)).toEqual([]);
    expect(ringover.deliveries).toHaveLength(4 + 1 + AFTER_CALL_EVENTS.length + 2 + 1 + 1 + 2 + 2);
    expect(JSON.parse(route.body)).toMatchObject({ name: 'redirections', agents: [{ number: 33_184_990_011 }] });
    expect(JSON.parse(contact.body)).toMatchObject({ firstname: 'Léa', lastname: 'Durand', data: { segment: 'VIP' } });
    for (const { body } of found) expect(JSON.parse(body)).toMatchObject([{ lastname: 'Durand' }]);
    await until(async () => (await notesOf(api.url, id)).length >= NOTES.length);
    const notes = await notesOf(api.url, id);
    expect(notes.map(({ type }) => type).sort()).toEqual(NOTES);
    expect(notes.find(({ type }) => type === 'recording')?.data).toEqual({
      link: 'https://example.com/private/r',
      durationS: 65,
    });
    await api.close();
  });

  it('are every event that Ringover documents, and none of them is unknown', async () => {
    const { api, ringover } = await centre('jwt-v1', { idsAs: 'string' });
    await postgres.prisma.rawWebhook.deleteMany();
    await everything(ringover, newCall());
    await until(async () => (await postgres.prisma.rawWebhook.count()) === ringover.deliveries.length);
    const rows = await postgres.prisma.rawWebhook.findMany();

    expect(new Set(rows.map(({ resource, event }) => `${resource} ${event}`))).toEqual(new Set(DOCUMENTED));
    const types = rows.map(({ body }) => readRingoverEvent(JSON.parse(body)).type);
    expect(new Set(types)).toEqual(new Set(Object.keys(EVENT_TYPES)));
    expect(types.filter((type) => type === 'unknown')).toHaveLength(1); // the fax
    await api.close();
  });

  it('are refused when they prove themselves in a way that is not asked for', async () => {
    const { api, ringover } = await centre('jwt-v1', {
      signatures: { 'call-event': 'legacy-hex', 'smart-routing': 'none' },
    });
    await ringover.tell('ringing', newCall());
    await ringover.askRoute(newCall());
    expect(ringover.deliveries.map(({ status }) => status)).toEqual([401, 401]);
    await api.close();
  });

  it('are taken by a wrong clock where time is not signed, and refused where it bounds a replay', async () => {
    const signatures = { 'call-event': 'hmac-v3' } as const;
    const { api, ringover } = await centre('jwt-v1,hmac-v3', { signatures, clockSkewS: -7_200 });
    const call = newCall();
    await ringover.tell('ringing', call);
    await ringover.askRoute(call);
    expect(ringover.deliveries.map(({ event, status }) => [event, status])).toEqual([
      ['ringing', 401],
      ['routing', 200],
    ]);
    await api.close();
  });

  it('are kept once each, however often and in whatever order they come', async () => {
    const { api, ringover } = await centre('jwt-v1', { duplicates: true });
    await postgres.prisma.carrierNote.deleteMany();
    const call = newCall();
    const id = await storedCall(call);
    for (const event of [...AFTER_CALL_EVENTS].reverse()) await ringover.afterCall(event, call);
    await ringover.tell('hangup', call);
    await ringover.tell('ringing', call);
    await until(async () => (await notesOf(api.url, id)).length >= AFTER_CALL_EVENTS.length + 1);
    await until(async () => {
      const rows = await postgres.prisma.rawWebhook.findMany({ where: { body: { contains: call.callId } } });
      return rows.length === AFTER_CALL_EVENTS.length + 2 && rows.every(({ deliveries }) => deliveries === 2);
    });
    expect(await notesOf(api.url, id)).toHaveLength(AFTER_CALL_EVENTS.length + 1);
    await api.close();
  });
});
