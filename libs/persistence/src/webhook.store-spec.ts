import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase } from '../../../test/stores.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/index.js';
import { type RawWebhook, WebhookStore } from './webhook.store.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let store: WebhookStore;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  store = new WebhookStore(postgres.prisma);
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

const webhook = (changes: Partial<RawWebhook> = {}): RawWebhook => ({
  id: randomUUID(),
  carrier: 'ringover',
  section: 'call-event',
  dedupeKey: randomUUID(),
  resource: 'call',
  event: 'ringing',
  verifiedBy: 'jwt-v1',
  body: '{"event":"ringing","data":{"call_id":1834567890123456789}}',
  receivedAt: new Date('2030-01-07T09:00:00.000Z'),
  ...changes,
});

const kept = (dedupeKey: string) => postgres.prisma.rawWebhook.findUnique({ where: { dedupeKey } });

describe('a webhook', () => {
  it('is kept as it came', async () => {
    const came = webhook();

    expect(await store.save(came)).toBe('new');
    expect(await kept(came.dedupeKey)).toMatchObject({ ...came, deliveries: 1, appliedAt: null });
  });

  it('is kept once, and its other deliveries are counted', async () => {
    const came = webhook();
    await store.save(came);

    expect(await store.save({ ...came, id: randomUUID() })).toBe('duplicate');
    expect(await store.save({ ...came, id: randomUUID() })).toBe('duplicate');
    expect(await kept(came.dedupeKey)).toMatchObject({ id: came.id, deliveries: 3 });
  });

  it('counts nothing when the same delivery is saved again', async () => {
    const came = webhook();
    await store.save(came);

    expect(await store.save(came)).toBe('new');
    expect(await kept(came.dedupeKey)).toMatchObject({ deliveries: 1 });
  });

  it('is new to exactly one of many who save it at once', async () => {
    const came = webhook();

    const told = await Promise.all(Array.from({ length: 10 }, () => store.save({ ...came, id: randomUUID() })));

    expect(told.filter((state) => state === 'new')).toHaveLength(1);
    expect(await kept(came.dedupeKey)).toMatchObject({ deliveries: 10 });
  });

  it('brings its note to the call once, however often it comes, and under whatever attempt', async () => {
    const came = webhook();
    const note = { carrierCallId: '18', type: 'comments', at: undefined, data: { comments: 'a\0', tags: ['x'] } };
    await store.save(came, note);
    await store.save(came, note);
    await store.save({ ...came, id: randomUUID() }, note);

    expect(await postgres.prisma.carrierNote.findMany({ where: { dedupeKey: came.dedupeKey } })).toMatchObject([
      {
        ...{ carrier: 'ringover', carrierCallId: '18', type: 'comments', at: came.receivedAt, from: null },
        data: { comments: 'a\uFFFD', tags: ['x'] },
      },
    ]);
  });

  it('is kept also when it holds what Postgres does not', async () => {
    const came = webhook({ event: 'a\0', body: 'not JSON \0 \uD800' });

    expect(await store.save(came)).toBe('new');
    expect(await kept(came.dedupeKey)).toMatchObject({ event: 'a\uFFFD', body: 'not JSON \uFFFD \uFFFD' });
  });
});
