import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import type { WebSocket } from 'ws';
import { AccessTokens } from './access-tokens.js';
import type { Asker } from './asker.js';
import { Credentials } from './credentials.js';
import { Guests } from './guests.js';
import { SocketAccess } from './socket-access.js';

const ADA: Asker = {
  kind: 'person',
  id: 'p1',
  name: 'Ada',
  role: 'supervisor',
  sessionId: 's1',
  scopes: ['calls:listen'],
};

function someTickets() {
  const issued = new Map<string, unknown>();
  return {
    issue: async (holder: unknown) => {
      issued.set('ct_1', holder);
      return 'ct_1';
    },
    redeem: async (ticket: string) => {
      const holder = issued.get(ticket);
      issued.delete(ticket);
      return holder;
    },
  };
}

function open() {
  const tickets = someTickets();
  const out = new Set<string | undefined>();
  const guests = {
    meet: async (asker: Asker) => (out.has(asker.sessionId) ? undefined : asker),
    meetWith: async (secret: string) => (secret === 'cn_ada-key' ? ADA : undefined),
  };
  const access = new SocketAccess(tickets as never, guests as unknown as Guests);
  const admit = (query: string, authorization?: string) =>
    access.admit({ query: new URLSearchParams(query), headers: { authorization } }, 'calls:listen');
  return { access, admit, out };
}

describe('a socket', () => {
  it('is opened with a ticket, once', async () => {
    const { access, admit } = open();
    const ticket = await access.ticketFor({ ...ADA, address: '192.0.2.7' });
    expect(await admit(`ticket=${ticket}`)).toEqual({ admitted: ADA });
    expect(await admit(`ticket=${ticket}`)).toEqual({ refused: 401 });
  });

  it('is not opened with a ticket of a session that has ended since', async () => {
    const { access, admit, out } = open();
    const ticket = await access.ticketFor(ADA);
    out.add('s1');
    expect(await admit(`ticket=${ticket}`)).toEqual({ refused: 401 });
  });

  it('is opened with a key in its header, and with none in its address', async () => {
    const { admit } = open();
    expect(await admit('', 'Bearer cn_ada-key')).toEqual({ admitted: ADA });
    expect(await admit('key=cn_ada-key&token=cn_ada-key')).toEqual({ refused: 401 });
    expect(await admit('ticket=cn_ada-key')).toEqual({ refused: 401 });
    expect(await admit('ticket=wrong', 'Bearer cn_ada-key')).toEqual({ refused: 401 });
  });

  it('is not opened for who may not', async () => {
    const { access, admit } = open();
    await access.ticketFor({ ...ADA, scopes: ['calls:read'] });
    expect(await admit('ticket=ct_1')).toEqual({ refused: 403 });
  });
});

/** What Postgres is asked, where Redis tells of no change. */
async function counted() {
  const [clock, asked] = [new FakeClock(), new Array<string>()];
  const note = <Found>(what: string, found: Found) => {
    asked.push(what);
    return Promise.resolve(found);
  };
  const key = { id: 'k1', name: 'CRM', scopes: ['calls:listen'] };
  const ada = { id: 'p1', name: 'Ada', role: 'supervisor' as const };
  const tokens = new AccessTokens('thirty-two characters, or some more', clock);
  const stores = {
    keys: { verify: () => note('key', key), find: () => note('key', key) },
    sessions: { personOf: () => note('session', ada as never) },
  };
  const credentials = new Credentials({ ...stores, tokens, clock });
  const wire = { send: () => undefined, hear: async () => () => undefined };
  const log = { warn: () => undefined, error: (...told: unknown[]) => expect(told).toEqual([]) };
  const guests = new Guests({ credentials, wire, clock, log });
  const token = await tokens.issue({ sessionId: 's1', personId: 'p1', role: 'supervisor' });
  return { access: new SocketAccess(someTickets() as never, guests), guests, credentials, asked, clock, token };
}

describe('who opens a socket', () => {
  it.each([
    { way: 'by a ticket of a key', as: 'key', ticketOf: { kind: 'key' as const, id: 'k1', name: 'CRM', scopes: ['calls:listen'] } },
    { way: 'by a ticket of a session', as: 'session', ticketOf: ADA },
    { way: 'by a key', as: 'key', ticketOf: undefined },
    { way: 'by an access token', as: 'session', ticketOf: undefined },
  ])('is asked about once, $way, and again when something was changed meanwhile', async ({ as, ticketOf }) => {
    const { access, guests, credentials, asked, clock, token } = await counted();
    const secret = as === 'key' ? 'cn_a-key' : token;
    await credentials.verify(secret); // as a request did a moment ago
    const enter = async (meanwhile: () => void) => {
      asked.length = 0;
      const ticket = ticketOf && (await access.ticketFor(ticketOf));
      const ask = { query: new URLSearchParams(ticket && { ticket }), headers: ticket === undefined ? { authorization: `Bearer ${secret}` } : {} }; // prettier-ignore
      const admission = await access.admit(ask, 'calls:listen');
      if (!('admitted' in admission)) throw new Error('nobody was let in');
      meanwhile();
      access.watch(new EventEmitter() as WebSocket, admission.admitted, 'calls:listen');
      await clock.advance(0);
      return [...asked];
    };
    expect(await enter(() => undefined)).toEqual([as]);
    expect(await enter(() => guests.changed('another'))).toEqual([as, as]);
  }); // prettier-ignore
});
