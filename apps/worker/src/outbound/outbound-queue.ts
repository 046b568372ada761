import type { Logger } from '@app/boot';
import { type JobPayload, type JobQueue, NotYet } from '@app/jobs';
import type { Clock } from '@app/kernel';
import type { AttemptStore, OrderQueue } from '@app/persistence';
import type { OutboundDialler } from './outbound-dialler.js';
import { Rounds } from '../rounds.js';

export interface OutboundQueueParts {
  orders: Pick<OrderQueue, 'next' | 'due' | 'ahead'>;
  attempts: Pick<AttemptStore, 'get'>;
  dialler: Pick<OutboundDialler, 'dial'>;
  queue: Pick<JobQueue, 'add'>;
  clock: Clock;
  log: Logger;
}

/** Tries again are told by nobody, and a job may have been lost: so often it is looked for what is due. */
const LOOK_EVERY_MS = 5_000;
const LOOK_AHEAD_MS = 10_000;
/** Whoever has a job dials whose turn it is: it need not be its own. */
const MOST_JOBS_A_LOOK = 50;
/** A line became free, and another took its turn. */
const AT_ONCE_MS = 50;
/** The first in the queue look for a free line so often; the others more seldom, the farther behind they are. */
const FREE_LINE_MS = 1_000;
const FOR_EACH_AHEAD_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_DELAY_MS = 3_600_000;

/**
 * The queue of calls that were ordered. Postgres says what is in it and whose turn it is; jobs are only what makes
 * somebody look, each of them once for the call of its name, until that one has left the queue.
 */
export class OutboundQueue {
  readonly #rounds: Rounds;

  constructor(private readonly parts: OutboundQueueParts) {
    const { clock, log } = parts;
    const failed = 'could not look for calls that are due';
    this.#rounds = new Rounds({ everyMs: LOOK_EVERY_MS, look: () => this.look(), clock, log, failed });
  }

  watch(): void {
    this.#rounds.begin();
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** The taker of `dial-call`. @throws NotYet while it is in the queue */
  readonly take = async ({ callId }: JobPayload<'dial-call'>): Promise<void> => {
    const { attempts, orders, dialler, clock } = this.parts;
    const own = await attempts.get(callId);
    if (own?.state !== 'queued') return;
    const now = clock.date();
    const waitMs = own.dueAt.getTime() - now.getTime();
    if (waitMs > 0) throw new NotYet(Math.min(waitMs, LONGEST_DELAY_MS));
    const first = (await orders.next(own.agentId, now)) ?? own;
    const dialled = await dialler.dial(first);
    if (dialled === 'no-line') {
      const aheadMs = FOR_EACH_AHEAD_MS * (await orders.ahead(own, now));
      throw new NotYet(Math.min(FREE_LINE_MS + aheadMs, LONGEST_WAIT_MS));
    }
    if (dialled === 'put-off' || first.callId !== own.callId) throw new NotYet(AT_ONCE_MS);
  };

  /** Asks for a job for each of those that are due next. @throws StoreError, JobsUnavailable */
  async look(): Promise<void> {
    const { orders, queue, clock } = this.parts;
    const now = clock.date().getTime();
    for (const { callId, dueAt, priority } of await orders.due(new Date(now + LOOK_AHEAD_MS), MOST_JOBS_A_LOOK))
      await queue.add('dial-call', callId, { callId }, { delayMs: Math.max(0, dueAt.getTime() - now), priority });
  }
}
