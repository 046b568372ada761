import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { type LiveRedis, openRedis } from './redis.js';
import { type InboxEntry, WebhookInbox } from './webhook-inbox.js';

let server: Awaited<ReturnType<typeof freshRedis>>;
let redis: LiveRedis;
let inbox: WebhookInbox;

beforeAll(async () => {
  server = await freshRedis();
  redis = await openRedis({ url: server.url }, systemClock);
  inbox = new WebhookInbox(redis);
});
afterAll(() => redis.close());
beforeEach(() => server.flush());

const entry = (changes: Partial<InboxEntry> = {}): InboxEntry => ({
  id: randomUUID(),
  carrier: 'ringover',
  section: 'call-event',
  dedupeKey: randomUUID(),
  resource: 'call',
  event: null,
  verifiedBy: 'jwt-v1',
  body: '{"data":{"call_id":1834567890123456789}}',
  receivedAt: '2030-01-07T09:00:00.000Z',
  ...changes,
});

async function emptied(): Promise<InboxEntry[]> {
  const entries: InboxEntry[] = [];
  await inbox.empty((taken) => Promise.resolve(void entries.push(taken)));
  return entries;
}

describe('the inbox of webhooks', () => {
  it('tells which delivery of a webhook is the first', async () => {
    const came = entry();

    expect(await inbox.take(came)).toBe('new');
    expect(await inbox.take({ ...came, id: randomUUID() })).toBe('duplicate');
    expect(await inbox.take(entry())).toBe('new');
  });

  it('tells one of many that come at once that it is the first', async () => {
    const dedupeKey = randomUUID();

    const told = await Promise.all(Array.from({ length: 10 }, () => inbox.take(entry({ dedupeKey }))));

    expect(told.filter((state) => state === 'new')).toHaveLength(1);
  });

  it('hands over every delivery as it came, in order, once', async () => {
    const came = Array.from({ length: 250 }, () => entry());
    for (const one of came) await inbox.take(one);

    expect(await emptied()).toEqual(came);
    expect(await emptied()).toEqual([]);
  });

  it('keeps what a store that is unavailable did not take, and all behind it', async () => {
    const came = [entry(), entry(), entry()];
    for (const one of came) await inbox.take(one);
    const [taken, offered]: [string[], string[]] = [[], []];
    const breaking = inbox.empty(({ id }) => {
      offered.push(id);
      if (taken.length === 1) return Promise.reject(new StoreError('postgres', 'unavailable'));
      return Promise.resolve(void taken.push(id));
    });

    await expect(breaking).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(offered).toHaveLength(2);
    expect(await emptied()).toEqual(came.slice(1));
  });

  it('keeps what a store refuses, and is not held up by it', async () => {
    const came = [entry(), entry({ event: 'poison' }), entry()];
    for (const one of came) await inbox.take(one);
    const emptying = inbox.empty(({ event }) =>
      event === 'poison' ? Promise.reject(new Error('a bug')) : Promise.resolve(),
    );

    await expect(emptying).rejects.toThrow('a bug');
    expect(await emptied()).toEqual([came[1]]);
  });
});
