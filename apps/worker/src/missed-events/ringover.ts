import type { Logger } from '@app/boot';
import type { JobQueue } from '@app/jobs';
import type { Clock } from '@app/kernel';
import {
  Commands,
  type LiveCalls,
  type LiveRedis,
  RedisRequestGate,
  RedisToggleStates,
  RingingCalls,
  RungPersons,
  Turns,
} from '@app/live-state';
import { CallStore, NumberStore, type PrismaClient, WebhookStore } from '@app/persistence';
import { RINGOVER_REQUEST_INTERVAL_MS, RingoverCarrierCalls, RingoverRest } from '@app/telephony';
import type { WorkerConfig } from '../worker.env.js';
import { MadeGood } from './made-good.js';
import { MissedEvents } from './missed-events.js';

const CARRIER = 'ringover';

interface Parts {
  prisma: PrismaClient;
  redis: LiveRedis;
  live: LiveCalls;
  queue: JobQueue;
  clock: Clock;
  log: Logger;
}

/** Asks Ringover for what its webhooks did not tell; undefined while there is no key to ask with. */
export function missedEventsOf({ ringover }: Pick<WorkerConfig, 'ringover'>, parts: Parts): MissedEvents | undefined {
  if (!ringover.rest) return undefined;
  const { prisma, redis, live, queue, clock, log } = parts;
  const gate = new RedisRequestGate(redis, clock, {
    intervalMs: RINGOVER_REQUEST_INTERVAL_MS,
    onAlone: (alone) => log.warn({ alone }, 'requests to Ringover are counted in this process alone'),
  });
  const toggles = new RedisToggleStates(redis);
  const rest = new RingoverRest(ringover.rest, { gate, toggles, clock, fetch });
  const [calls, ringing, webhooks] = [new CallStore(prisma), new RingingCalls(redis, clock), new WebhookStore(prisma)];
  return new MissedEvents({
    carrier: CARRIER,
    asked: new RingoverCarrierCalls(rest, clock),
    madeGood: new MadeGood(CARRIER, { calls, live, ringing, webhooks, queue, clock, rung: new RungPersons(redis) }),
    ...{ live, calls, numbers: new NumberStore(prisma), turns: new Turns(redis), clock, log },
    commands: new Commands(redis, clock),
    everyMs: ringover.lookEveryMs,
  });
}
