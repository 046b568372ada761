import { beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import type { Asker } from './asker.js';
import { type Farewell, Guests } from './guests.js';
import type { Scope } from './scopes.js';

const ADA: Asker = { kind: 'person', id: 'ada', name: 'Ada', role: 'supervisor', sessionId: 's1', scopes: ['calls:read', 'calls:listen'] }; // prettier-ignore
const CRM: Asker = { kind: 'key', id: 'crm', name: 'CRM', scopes: ['calls:read'] };

let clock: FakeClock;
/** As Postgres knows them; by key or session. */
let known: Map<string, Asker>;
let isDown: boolean;
let ears: ((message: Buffer) => void)[];
let forgotten: string[];
let logged: string[];
/** Who Postgres was asked about. */
let asked: string[];

beforeEach(() => {
  clock = new FakeClock();
  known = new Map([
    ['s1', ADA],
    ['crm', CRM],
  ]);
  [isDown, ears, forgotten, logged, asked] = [false, [], [], [], []];
});

function node(name: string): Guests {
  const again = async ({ id, sessionId }: Asker) => {
    if (isDown) throw new StoreError('postgres', 'unavailable');
    asked.push(sessionId ?? id);
    const now = known.get(sessionId ?? id);
    return now && { ...now };
  };
  const credentials = {
    again,
    verifyNow: async (secret: string) => (secret === SECRET ? again(ADA) : undefined),
    forget: (id: string) => void forgotten.push(`${name} ${id}`),
  };
  const wire = {
    send: (_channel: string, message: Buffer | string) => ears.forEach((tell) => tell(Buffer.from(message))),
    hear: async (_channel: string, tell: (message: Buffer) => void) => {
      ears.push(tell);
      return () => void ears.splice(ears.indexOf(tell), 1);
    },
  };
  return new Guests({ credentials, wire, clock, log: { warn: () => void logged.push('warn'), error: () => void logged.push('error') } }); // prettier-ignore
}

const SECRET = 'ada-token';
const WAYS = [
  { way: 'by their ticket', meet: (guests: Guests) => guests.meet(ADA) },
  { way: 'by what they bring', meet: (guests: Guests) => guests.meetWith(SECRET) },
];

function enter(guests: Guests, asker: Asker, needs: Scope[] = ['calls:read']) {
  const told: Farewell[] = [];
  return { told, leave: guests.stay(asker, needs, (why) => told.push(why)) };
}

describe('who is inside', () => {
  it('must leave every node when their session has ended, and nobody else must', async () => {
    const [here, there] = [node('here'), node('there')];
    await Promise.all([here.serve(), there.serve()]);
    const [one, other, crm] = [enter(here, ADA), enter(there, ADA), enter(there, CRM)];
    known.delete('s1');
    here.changed('s1');
    await clock.advance(0);
    expect([one.told.at(-1), other.told, crm.told]).toEqual(['auth.refused', ['auth.refused'], []]);
    expect(new Set(forgotten)).toEqual(new Set(['here s1', 'there s1']));
  });

  it('must leave at once when what they came with ended on the way in, before anybody could tell them', async () => {
    const guests = node('here');
    const before: Asker = { ...CRM, scopes: ['calls:read', 'calls:listen'] };
    known.delete('s1');
    guests.changed('s1');
    const [ada, crm] = [enter(guests, ADA), enter(guests, before, ['calls:listen'])];
    await clock.advance(0);
    expect([ada.told, crm.told]).toEqual([['auth.refused'], ['auth.forbidden']]);
  });

  it.each(WAYS)('is asked about once when they were met at the door ($way), and nothing was changed meanwhile', async ({ meet }) => {
    const guests = node('here');
    const met = await meet(guests);
    if (!met) throw new Error('nobody came');
    const ada = enter(guests, met);
    await clock.advance(0);
    expect([asked, ada.told]).toEqual([['s1'], []]);
    known.delete('s1');
    guests.changed('s1');
    await clock.advance(0);
    expect(ada.told).toEqual(['auth.refused']);
    expect(await meet(guests)).toBeUndefined();
  }); // prettier-ignore

  const MOMENTS = ['while they are met', 'between the door and the inside'];
  it.each(WAYS.flatMap((way) => MOMENTS.map((when) => ({ ...way, when }))))('must leave at once when they were met ($way), and what they came with ended $when', async ({ meet, when }) => {
    const [here, there] = [node('here'), node('there')];
    await here.serve();
    const end = () => {
      known.delete('s1');
      there.changed('s1');
    };
    const meeting = meet(here); // has asked already
    if (when === 'while they are met') end();
    const met = await meeting;
    if (when !== 'while they are met') end();
    const ada = enter(here, met ?? ADA);
    await clock.advance(0);
    expect(met).toEqual(ADA);
    expect(ada.told).toEqual(['auth.refused']);
  }); // prettier-ignore

  it('must leave what they may not any more, and keeps what they may', async () => {
    const guests = node('here');
    const [watches, listens] = [enter(guests, ADA), enter(guests, ADA, ['calls:listen'])];
    known.set('s1', { ...ADA, role: 'viewer', scopes: ['calls:read'] });
    guests.changed('ada');
    await clock.advance(0);
    expect([watches.told, listens.told]).toEqual([[], ['auth.forbidden']]);
  });

  it('is looked at every ten seconds, whatever was told, and for no longer than they stay', async () => {
    const guests = node('here');
    const crm = enter(guests, CRM);
    known.delete('crm');
    await clock.advance(9_999);
    expect(crm.told).toEqual([]);
    await clock.advance(1);
    expect(crm.told).toEqual(['auth.refused']);
    crm.leave();
    expect(clock.waiting).toBe(0);
  });

  it('stays while nobody can be asked about them', async () => {
    const guests = node('here');
    const crm = enter(guests, CRM);
    known.delete('crm');
    isDown = true;
    guests.changed('crm');
    await clock.advance(0);
    expect([crm.told, logged]).toEqual([[], ['warn']]);
    isDown = false;
    await clock.advance(10_000);
    expect(crm.told).toEqual(['auth.refused']);
  });
});
