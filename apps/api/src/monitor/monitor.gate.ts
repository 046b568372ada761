import { Tickets } from '@app/live-state';
import { Injectable } from '@nestjs/common';
import { bearerOf } from '../auth/api-key.guard.js';
import { KnownKeys } from '../auth/known-keys.js';
import type { SocketGate } from '../media/upgrade-adapter.js';
import type { Admission, UpgradeAsk } from '../media/upgrade-router.js';

/** Somebody who watches. */
export interface Watcher {
  name: string;
}

const IS_TICKET = /^[\w-]{43}$/;

/** Lets in who has an API key in the header, or (a browser can send none) a ticket in the address. */
@Injectable()
export class MonitorGate implements SocketGate<Watcher> {
  constructor(
    private readonly keys: KnownKeys,
    private readonly tickets: Tickets,
  ) {}

  /** @throws StoreError */
  async admit({ headers, query }: UpgradeAsk): Promise<Admission<Watcher>> {
    const ticket = query.get('ticket');
    if (ticket !== null) {
      const holder = IS_TICKET.test(ticket) ? await this.tickets.redeem(ticket) : undefined;
      return holder === undefined ? { refused: 401 } : { admitted: JSON.parse(holder) as Watcher };
    }
    const secret = bearerOf(headers.authorization);
    const key = secret === undefined ? undefined : await this.keys.verify(secret);
    return key ? { admitted: { name: key.name } } : { refused: 401 };
  }
}
