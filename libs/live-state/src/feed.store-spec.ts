import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallEvent } from '@app/conversation/ports';
import { systemClock } from '@app/kernel';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { Feed, type FeedItem } from './feed.js';
import { type LiveRedis, openRedis } from './redis.js';

let redis: LiveRedis;
let gate: Gate;

beforeAll(async () => {
  const { url } = await freshRedis();
  gate = await gateTo(url);
  // what is published reaches all databases of a server: a prefix keeps other suites out
  redis = await openRedis({ url: gate.url, prefix: `${randomUUID()}:` }, systemClock);
});
afterAll(async () => {
  await redis.close();
  await gate.shut();
});

const pressed = (digit: string): CallEvent => ({ type: 'digit.pressed', digit });
const ENDED: CallEvent = { type: 'call.ended', reason: 'caller-hung-up', durationMs: 10 };

async function heard(items: readonly FeedItem[], count: number): Promise<void> {
  await until(() => items.length >= count);
}

describe('the feed', () => {
  it('tells what comes after the end of a call from any process, outside its count', async () => {
    const [carrier, worker, listener, callId] = [new Feed(redis), new Feed(redis), new Feed(redis), randomUUID()];
    const items: FeedItem[] = [];
    await listener.subscribe(callId, (item) => items.push(item));
    carrier.publish(callId, 10, ENDED);
    await heard(items, 1);
    worker.publishAfterEnd(callId, 10, { type: 'call.reported', state: 'ready' });
    await heard(items, 2);
    listener.close();

    expect(items.map(({ seq, event }) => [seq, event.type])).toEqual([
      [1, 'call.ended'],
      [0, 'call.reported'],
    ]);
  });

  it('tells what happens in a call to whoever listens to it, in order and numbered', async () => {
    const [speaker, listener, callId] = [new Feed(redis), new Feed(redis), randomUUID()];
    const items: FeedItem[] = [];
    await listener.subscribe(callId, (item) => items.push(item));
    speaker.publish(callId, 10, pressed('1'));
    speaker.publish(randomUUID(), 15, pressed('9'));
    speaker.publish(callId, 20, pressed('2'));
    speaker.publish(callId, 30, ENDED);
    await heard(items, 3);

    expect(items).toEqual([
      { callId, seq: 1, atMs: 10, event: pressed('1') },
      { callId, seq: 2, atMs: 20, event: pressed('2') },
      { callId, seq: 3, atMs: 30, event: ENDED },
    ]);
    listener.close();
  });

  it('tells of all calls to whoever asks for all', async () => {
    const [feed, items, callIds] = [new Feed(redis), [] as FeedItem[], [randomUUID(), randomUUID()]];
    await feed.subscribe('all', (item) => items.push(item));
    for (const callId of callIds) feed.publish(callId, 0, pressed('1'));
    await heard(items, 2);

    expect(items.map(({ callId }) => callId)).toEqual(callIds);
    feed.close();
  });

  it('tells no more to whoever has left, and goes on telling the others', async () => {
    const [feed, callId] = [new Feed(redis), randomUUID()];
    const [left, stayed]: [FeedItem[], FeedItem[]] = [[], []];
    const leave = await feed.subscribe(callId, (item) => left.push(item));
    await feed.subscribe(callId, (item) => stayed.push(item));
    await leave();
    await leave();
    feed.publish(callId, 0, pressed('1'));
    await heard(stayed, 1);

    expect(left).toEqual([]);
    feed.close();
  });

  it('passes over what is not an item', async () => {
    const [feed, items, callId] = [new Feed(redis), [] as FeedItem[], randomUUID()];
    await feed.subscribe(callId, (item) => items.push(item));
    await redis.ask((commands) => commands.publish(redis.keys.feed(callId), 'not JSON'));
    feed.publish(callId, 0, pressed('1'));
    await heard(items, 1);

    expect(items).toHaveLength(1);
    feed.close();
  });

  it('loses what happens while Redis is gone, shows the gap, and listens again when it is back', async () => {
    const [feed, items, callId] = [new Feed(redis), [] as FeedItem[], randomUUID()];
    await feed.subscribe(callId, (item) => items.push(item));
    feed.publish(callId, 0, pressed('1'));
    await heard(items, 1);
    await gate.shut();
    await until(() => !redis.ready);
    feed.publish(callId, 1, pressed('2'));
    await until(() => feed.lost > 0);
    await gate.reopen();
    await until(() => redis.ready);
    const listening = () => redis.ask((commands) => commands.pubsub('NUMSUB', redis.keys.feed(callId)));
    await until(async () => Number((await listening())[1]) > 0);
    feed.publish(callId, 2, pressed('3'));
    await heard(items, 2);

    expect(items.map(({ seq }) => seq)).toEqual([1, 3]);
    feed.close();
  });
});
