import type { Logger } from '@app/boot';
import { type JobQueue, type JobTakers, NotYet } from '@app/jobs';
import type { Clock } from '@app/kernel';
import { Feed, Lines, type LiveRedis, RedisRequestGate, RedisToggleStates } from '@app/live-state';
import { AgentStore, AttemptStore, ContactStore, OrderQueue, type PrismaClient } from '@app/persistence';
import { RINGOVER_REQUEST_INTERVAL_MS, RingoverOutbound, RingoverRest } from '@app/telephony';
import type { WorkerConfig } from '../worker.env.js';
import { OutboundDialler } from './outbound-dialler.js';
import { OutboundPursuit } from './outbound-pursuit.js';
import { OutboundQueue } from './outbound-queue.js';

export interface OutboundParts {
  prisma: PrismaClient;
  redis: LiveRedis;
  queue: Pick<JobQueue, 'add'>;
  clock: Clock;
  log: Logger;
  /** Between two requests to the carrier; its own limit, if not said. */
  intervalMs?: number;
}

/** Calls that we place: dials what was ordered, and looks after what was dialled. */
export class Outbound {
  private constructor(
    private readonly orders: OutboundQueue,
    private readonly pursuit: OutboundPursuit,
  ) {}

  /** Undefined where no calls are placed. */
  static of(
    { outbound, lines: { perAgent, inAll } }: Pick<WorkerConfig, 'outbound' | 'lines'>,
    { prisma, redis, queue, clock, log, intervalMs = RINGOVER_REQUEST_INTERVAL_MS }: OutboundParts,
  ): Outbound | undefined {
    if (!outbound) return undefined;
    const onAlone = (alone: boolean) =>
      log.warn({ alone }, 'requests to the carrier are counted by this process alone');
    const gate = new RedisRequestGate(redis, clock, { intervalMs, onAlone });
    const rest = new RingoverRest(outbound.rest, { gate, toggles: new RedisToggleStates(redis), clock, fetch });
    const [usual, ...others] = outbound.ways;
    const carrier = new RingoverOutbound(rest, usual, clock);
    const carriers = [carrier, ...others.map((way) => new RingoverOutbound(rest, way, clock))];
    const [attempts, orders] = [new AttemptStore(prisma), new OrderQueue(prisma)];
    const books = { attempts, lines: new Lines(redis), feed: new Feed(redis), clock, log };
    const [agents, contacts] = [new AgentStore(prisma), new ContactStore(prisma)];
    const limits = { linesPerAgent: perAgent, linesInAll: inAll };
    const dialler = new OutboundDialler({ ...books, ...limits, carriers, orders, agents, contacts });
    return new Outbound(
      new OutboundQueue({ orders, attempts, dialler, queue, clock, log }),
      new OutboundPursuit({ ...books, carrier }),
    );
  }

  watch(): void {
    this.orders.watch();
    this.pursuit.watch();
  }

  /** Asks for jobs for what is due. @throws StoreError, JobsUnavailable */
  look(): Promise<void> {
    return this.orders.look();
  }

  readonly take: JobTakers['dial-call'] = (payload) => this.orders.take(payload);

  async close(): Promise<void> {
    await Promise.all([this.orders.close(), this.pursuit.close()]);
  }
}

/** Where none are placed, what was ordered elsewhere waits. */
const ASKED_AGAIN_MS = 60_000;
export const nobodyDials: JobTakers['dial-call'] = () => Promise.reject(new NotYet(ASKED_AGAIN_MS));
