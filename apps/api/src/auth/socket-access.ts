import { Tickets } from '@app/live-state';
import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import type { Admission, UpgradeAsk } from '../media/upgrade-router.js';
import type { Asker } from './asker.js';
import { type Farewell, Guests } from './guests.js';
import { holds, type Scope } from './scopes.js';

/** From being asked for to the socket's opening. */
export const TICKET_MS = 30_000;

/** Of our own (RFC 6455 §7.4.2); the reason is the code of a problem. */
const CLOSE_CODES: Readonly<Record<Farewell, number>> = { 'auth.refused': 4_401, 'auth.forbidden': 4_403 };

const BEARER = /^Bearer +([\w.~+/-]{8,1024}=*)$/i;

/**
 * Lets people and programs open sockets: by `Authorization`, or, where a browser cannot send one, by a ticket in the
 * address (`?ticket=…`), which works once and for 30 s. No other secret is taken from an address.
 */
@Injectable()
export class SocketAccess {
  constructor(
    private readonly tickets: Tickets,
    private readonly guests: Guests,
  ) {}

  /** @throws StoreError */
  ticketFor({ kind, id, name, scopes, role, sessionId }: Asker): Promise<string> {
    return this.tickets.issue({ kind, id, name, scopes, role, sessionId }, TICKET_MS);
  }

  /** For the gate of a door, before the socket is accepted. 401: nobody known; 403: not for them. @throws StoreError */
  async admit({ query, headers }: Pick<UpgradeAsk, 'query' | 'headers'>, ...needs: Scope[]): Promise<Admission<Asker>> {
    const ticket = query.get('ticket');
    const asker = ticket === null ? await this.#byHeader(headers.authorization) : await this.#byTicket(ticket);
    if (!asker) return { refused: 401 };
    return holds(asker.scopes, needs) ? { admitted: asker } : { refused: 403 };
  }

  /**
   * To be called as an admitted socket opens: closes it once key or session of whoever opened it is not valid any more
   * (4401), or does not open it any more (4403); within a second, ten where Redis is gone.
   */
  watch(socket: WebSocket, asker: Asker, ...needs: Scope[]): void {
    const gone = this.guests.stay(asker, needs, (why) => socket.close(CLOSE_CODES[why], why));
    socket.once('close', gone);
  }

  /** Redis gave back what `ticketFor` wrote; what was taken from them since counts. */
  async #byTicket(ticket: string): Promise<Asker | undefined> {
    const holder = (await this.tickets.redeem(ticket)) as Asker | undefined;
    return holder && this.guests.meet(holder);
  }

  async #byHeader(header: string | undefined): Promise<Asker | undefined> {
    const secret = BEARER.exec(header ?? '')?.[1];
    return secret === undefined ? undefined : this.guests.meetWith(secret);
  }
}
