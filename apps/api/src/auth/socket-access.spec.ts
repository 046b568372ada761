import { describe, expect, it } from '@jest/globals';
import type { Asker } from './asker.js';
import type { Credentials } from './credentials.js';
import type { Guests } from './guests.js';
import { SocketAccess } from './socket-access.js';

const ADA: Asker = {
  kind: 'person',
  id: 'p1',
  name: 'Ada',
  role: 'supervisor',
  sessionId: 's1',
  scopes: ['calls:listen'],
};

function open() {
  const issued = new Map<string, unknown>();
  const tickets = {
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
  const out = new Set<string | undefined>();
  const credentials = {
    verify: async (secret: string) => (secret === 'cn_ada-key' ? ADA : undefined),
    again: async (asker: Asker) => (out.has(asker.sessionId) ? undefined : asker),
  };
  const guests = { meet: credentials.again };
  const access = new SocketAccess(tickets as never, credentials as unknown as Credentials, guests as unknown as Guests);
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
