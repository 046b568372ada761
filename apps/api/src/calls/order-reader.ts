import { type Attempt, OrderQueue } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { type Clock, InjectClock } from '../process-parts.js';
import type { OrderDto, OrderTryDto, TRY_STATES } from './dto/order.dto.js';

/** What a call was ordered with, and where it stands in the queue. */
@Injectable()
export class OrderReader {
  constructor(
    private readonly orders: OrderQueue,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Null for a call that nobody ordered. @throws StoreError */
  async of({ id, direction }: { id: string; direction: string }): Promise<OrderDto | null> {
    const tries = direction === 'outbound' ? await this.orders.triesOf(id) : [];
    const last = tries.at(-1);
    if (!last) return null;
    const waiting = last.state === 'queued' ? last : undefined;
    const { notAfter } = last.terms;
    return {
      id: last.orderId,
      priority: last.priority,
      place: waiting ? 1 + (await this.orders.ahead(waiting, this.clock.date())) : null,
      dueAt: waiting?.dueAt ?? null,
      notAfter: notAfter === null ? null : new Date(notAfter),
      tries: tries.map(viewTry),
    };
  }
}

const viewTry = ({ callId, tryNumber, state, outcome, failure, dueAt }: Attempt): OrderTryDto => ({
  ...{ callId, number: tryNumber, outcome, failure, dueAt },
  state: tryStateOf(state),
});

/** Whether the carrier was asked already is our own affair. */
export const tryStateOf = (state: Attempt['state']): (typeof TRY_STATES)[number] =>
  state === 'attempting' || state === 'doubtful' ? 'dialling' : state;
