import { Tickets } from '@app/live-state';
import { Injectable } from '@nestjs/common';
import type { Admission, UpgradeAsk } from '../media/upgrade-router.js';
import type { Asker } from './asker.js';
import { Credentials } from './credentials.js';
import { holds, type Scope } from './scopes.js';

/** From being asked for to the socket's opening. */
export const TICKET_MS = 30_000;

const BEARER = /^Bearer +([\w.~+/-]{8,1024}=*)$/i;

/**
 * Lets people and programs open sockets: by `Authorization`, or, where a browser cannot send one, by a ticket in the
 * address (`?ticket=…`), which works once and for 30 s. No other secret is taken from an address.
 */
@Injectable()
export class SocketAccess {
  constructor(
    private readonly tickets: Tickets,
    private readonly credentials: Credentials,
  ) {}

  /** @throws StoreError */
  ticketFor({ kind, id, name, scopes, role }: Asker): Promise<string> {
    return this.tickets.issue({ kind, id, name, scopes, role }, TICKET_MS);
  }

  /** For the gate of a door, before the socket is accepted. 401: nobody known; 403: not for them. @throws StoreError */
  async admit({ query, headers }: Pick<UpgradeAsk, 'query' | 'headers'>, ...needs: Scope[]): Promise<Admission<Asker>> {
    const ticket = query.get('ticket');
    const asker = ticket === null ? await this.#byHeader(headers.authorization) : await this.#byTicket(ticket);
    if (!asker) return { refused: 401 };
    return holds(asker.scopes, needs) ? { admitted: asker } : { refused: 403 };
  }

  /** Redis gave back what `ticketFor` wrote. */
  #byTicket = async (ticket: string): Promise<Asker | undefined> =>
    (await this.tickets.redeem(ticket)) as Asker | undefined;

  async #byHeader(header: string | undefined): Promise<Asker | undefined> {
    const secret = BEARER.exec(header ?? '')?.[1];
    return secret === undefined ? undefined : this.credentials.verify(secret);
  }
}
