import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CarrierError,
  type CarrierCalls,
  type CurrentCarrierCall,
  type PastCarrierCall,
} from '@app/conversation/ports';
import { newNodeId, systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { Commands, RingingCalls, RungPersons, Turns } from '@app/live-state';
import { NumberStore, WebhookStore } from '@app/persistence';
import { finishedCall } from '@app/persistence/testing';
import { endedCall, liveCall, silentLog, type StoresForSpecs, storesForSpecs } from '../testing/worker-for-specs.js';
import { MadeGood } from './made-good.js';
import { MissedEvents } from './missed-events.js';

const NOW = new Date('2030-01-07T09:10:00.000Z');
const ENDED_AT = new Date('2030-01-07T09:05:00.000Z');
const OURS = '+33184990011';

/** A carrier that knows what it is told here, and counts how often it is asked. */
class ToldCarrier implements CarrierCalls {
  now: CurrentCarrierCall[] = [];
  past: PastCarrierCall[] = [];
  readonly requests: string[] = [];

  current = () => this.#answer('current', this.now);
  history = (since: Date) => this.#answer(`history since ${since.toISOString()}`, this.past);

  async #answer<T>(request: string, answer: T): Promise<T> {
    this.requests.push(request);
    return answer;
  }
}

let stores: StoresForSpecs;
let carrier: ToldCarrier;
let clock: FakeClock;
let promoted: string[];
/** What was asked of the nodes of calls. */
let commanded: unknown[];

beforeAll(async () => {
  stores = await storesForSpecs();
});
afterAll(() => stores.close());
beforeEach(async () => {
  await stores.redis.ask((redis) => redis.flushdb());
  await stores.postgres.prisma.rawWebhook.deleteMany();
  await stores.postgres.prisma.call.deleteMany();
  [carrier, clock, promoted, commanded] = [new ToldCarrier(), new FakeClock(), [], []];
  clock.date = () => new Date(NOW.getTime() + clock.nowMs());
});

function open(): MissedEvents {
  const { live, calls, redis, postgres } = stores;
  const queue = { promote: (_name: string, key: string) => Promise.resolve(promoted.push(key) > 0) };
  const [ringing, webhooks] = [new RingingCalls(redis, clock), new WebhookStore(postgres.prisma)];
  const madeGood = new MadeGood('ringover', {
    calls,
    live,
    ringing,
    webhooks,
    queue,
    clock,
    rung: new RungPersons(redis),
  });
  const numbers = new NumberStore(postgres.prisma);
  const commands = new Commands(redis, systemClock);
  const parts = {
    carrier: 'ringover',
    asked: carrier,
    madeGood,
    live,
    calls,
    numbers,
    turns: new Turns(redis),
    commands,
  };
  return new MissedEvents({ ...parts, clock, log: silentLog });
}
/** A look whose turn it is. */
async function look(): Promise<void> {
  await stores.redis.ask((redis) => redis.del(stores.redis.keys.turn('missed-events ringover')));
  await open().look();
}

const facts = (carrierCallId: string) => ({
  ...{ carrierCallId, direction: 'inbound' as const, from: '+33612345678', to: OURS },
  startedAt: new Date('2030-01-07T09:00:00.000Z'),
});
const current = (id: string, state: CurrentCarrierCall['state'] = 'answered') => ({ ...facts(id), state });
const past = (id: string, outcome: PastCarrierCall['outcome'] = 'answered') => ({
  ...facts(id),
  ...{ outcome, endedAt: ENDED_AT },
});
const kept = () =>
  stores.postgres.prisma.rawWebhook.findMany({
    select: { event: true, verifiedBy: true, body: true },
    orderBy: { event: 'asc' },
  });

describe('a hang-up that was not told', () => {
  it.each([
    ['a live call', liveCall],
    ['a call whose line is closed', endedCall],
  ])('is made good for %s, once, and marked', async (_what, made) => {
    const { id } = await made(stores, { carrierCallId: '18345678901234567890' });
    carrier.past = [past('18345678901234567890')];
    await look();
    await look();

    expect(await stores.live.get(id)).toMatchObject({ hungUpAt: ENDED_AT.toISOString() });
    expect(promoted).toEqual([id]);
    const rows = await kept();
    expect(rows).toMatchObject([{ event: 'hangup', verifiedBy: 'reconciled' }]);
    expect(JSON.parse(rows[0]?.body ?? '')).toMatchObject({ reconciled: true, carrierCallId: '18345678901234567890' });
  });

  it('is made good for a call whose record was stored without it, once', async () => {
    const { id } = await endedCall(stores, { carrierCallId: '21' });
    await stores.calls.finish(id, finishedCall()); // its ending is assumed
    await stores.redis.ask((redis) => redis.flushdb());
    carrier.past = [past('21')];
    await look();
    await look();

    expect(await stores.calls.get(id)).toMatchObject({ ending: 'confirmed', endedAt: ENDED_AT });
    expect(await kept()).toMatchObject([{ event: 'hangup', verifiedBy: 'reconciled' }]);
  });

  it('is not made up while the carrier has the call, or says nothing of its end', async () => {
    const { id } = await liveCall(stores, { carrierCallId: '1' });
    carrier.now = [current('1')];
    await look();
    carrier.now = [];
    carrier.past = [{ ...past('1'), endedAt: undefined }];
    await look();

    expect(await stores.live.get(id)).toMatchObject({ hungUpAt: null });
    expect(await kept()).toEqual([]);
  });

  it('is made good again after a worker died over it', async () => {
    const { id } = await liveCall(stores, { carrierCallId: '2' });
    carrier.past = [past('2')];
    await look();
    await stores.redis.ask((redis) => redis.hdel(stores.redis.keys.call(id), 'hungUpAt')); // as if it had not come so far
    await look();

    expect(await stores.live.get(id)).toMatchObject({ hungUpAt: ENDED_AT.toISOString() });
    expect(await kept()).toHaveLength(1);
  });
});

describe('a call that we were not told of', () => {
  it('stands in the records when it was missed', async () => {
    carrier.past = [past('3', 'missed'), { ...past('4', 'missed'), to: '+33100000000' }];
    await look();
    await look();

    const rows = await stores.postgres.prisma.call.findMany();
    expect(rows).toMatchObject([{ carrierCallId: '3', state: 'missed', from: '+33612345678', endedAt: ENDED_AT }]);
    expect(await kept()).toMatchObject([{ event: 'missed', verifiedBy: 'reconciled' }]);
  });

  it('is offered to its stream while it rings', async () => {
    carrier.now = [current('5', 'ringing')];
    await look();

    const ringing = new RingingCalls(stores.redis, clock);
    const at = { carrier: 'ringover', number: OURS, withinMs: 10_000 };
    expect(await ringing.claimOnly(at)).toMatchObject({ carrierCallId: '5' });
    expect(await kept()).toMatchObject([{ event: 'ringing' }]);
  });

  it('is noted when it is spoken in, or was, and never came to us', async () => {
    carrier.now = [current('6'), { ...current('7'), startedAt: NOW }]; // the stream of the latter may be on its way
    carrier.past = [past('8')];
    await look();

    const rows = await kept();
    expect(
      rows.map(({ event, body }) => [event, (JSON.parse(body) as { carrierCallId: string }).carrierCallId]).sort(),
    ).toEqual([
      ['unseen', '6'],
      ['unseen', '8'],
    ]);
    expect(await stores.postgres.prisma.call.count()).toBe(0);
  });
});

describe('a live call that the carrier does not have any more', () => {
  const asked = (id: string) => [id, { type: 'carrier-gone', author: 'reconciliation' }];

  it('is asked about at its node, at the second look in a row, with no request more', async () => {
    const { id } = await liveCall(stores, { carrierCallId: '10' });
    const there = await liveCall(stores, { carrierCallId: '11' });
    const node = (await stores.live.get(id))?.nodeId ?? newNodeId();
    const serving = new Commands(stores.redis, systemClock).serve(node, async (callId, command) => {
      commanded.push([callId, command]);
      return { state: 'refused', why: 'line-sounds' };
    });
    carrier.now = [current('11')];
    const events = open();
    const again = async () => {
      await stores.redis.ask((redis) => redis.del(stores.redis.keys.turn('missed-events ringover')));
      await events.look();
    };
    await again();
    expect(commanded).toEqual([]);
    await again();
    expect(commanded).toEqual([asked(id)]);
    expect(carrier.requests.filter((request) => request === 'current')).toHaveLength(2);
    expect(await stores.live.get(id)).toMatchObject({ state: 'live' }); // its node decides

    carrier.now = [current('10')];
    await again();
    carrier.now = [];
    await again();
    expect(commanded).toEqual([asked(id), asked(there.id)]); // the first one was there in between
    await serving.stop();
  });
});

describe('asking the carrier', () => {
  it('takes one request every 30 s, and its history every two minutes, when nothing is amiss', async () => {
    await liveCall(stores, { carrierCallId: '9' });
    carrier.now = [current('9')];
    const events = open();
    for (let n = 0; n < 8; n += 1) {
      await stores.redis.ask((redis) => redis.del(stores.redis.keys.turn('missed-events ringover')));
      await events.look();
      await clock.advance(30_000);
    }

    expect(carrier.requests.filter((request) => request === 'current')).toHaveLength(8);
    expect(carrier.requests.filter((request) => request !== 'current')).toEqual([
      'history since 2030-01-07T08:10:00.000Z',
      'history since 2030-01-07T09:00:00.000Z',
    ]);
  });

  it('is done by one of all workers', async () => {
    await Promise.all([open().look(), open().look(), open().look()]);

    expect(carrier.requests.filter((request) => request === 'current')).toHaveLength(1);
  });

  it('begins at once, goes on every 30 s also after a failure, and ends when it is closed', async () => {
    const events = open();
    const looks: number[] = [];
    events.look = () => {
      looks.push(clock.nowMs());
      return Promise.reject(new CarrierError('ringover', 'unreachable'));
    };
    events.watch();
    await clock.advance(60_000);
    await events.close();
    await clock.advance(60_000);

    expect(looks).toEqual([0, 30_000, 60_000]);
    expect(clock.waiting).toBe(0);
  });
});
