import { Feed, Lines, LiveRedis, RedisRequestGate, RedisToggleStates } from '@app/live-state';
import { AgentStore, AttemptStore, ContactStore } from '@app/persistence';
import { type OutboundSettings, RINGOVER_REQUEST_INTERVAL_MS, RingoverOutbound, RingoverRest } from '@app/telephony';
import { type DynamicModule, Injectable, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { provideFrom } from '../named-parts.js';
import { CLOCK, type Clock, LOGGER, type Logger } from '../process-parts.js';
import { SecondLegs } from '../second-legs/second-legs.js';
import { OutboundCalls, type OutboundCallsParts } from './outbound-calls.js';
import { OutboundController } from './outbound.controller.js';
import { OutboundOutcomes, type OutboundOutcomesParts } from './outbound-outcomes.js';
import { PlacedCalls, type PlacedCallsParts } from './placed-calls.js';

/** At a stop, waits for the answers to what was asked of the carrier. */
@Injectable()
class LastAnswers implements OnApplicationShutdown {
  constructor(private readonly outbound: OutboundCalls) {}
  onApplicationShutdown = (): Promise<void> => this.outbound.settled();
}

/** Calls that we place. Where none are placed, streams and webhooks have nothing to ask here. */
@Module({ controllers: [OutboundController] })
export class OutboundModule {
  static with({
    outbound,
    ...limits
  }: {
    outbound: OutboundSettings | undefined;
    linesPerAgent: number;
    linesInAll: number | undefined;
  }): DynamicModule {
    if (!outbound) return { module: OutboundModule };
    return {
      module: OutboundModule,
      global: true,
      providers: [...followers(), caller(outbound, limits), LastAnswers],
      exports: [PlacedCalls, OutboundOutcomes],
    };
  }
}

const CLOCK_AND_LOG = { clock: CLOCK, log: LOGGER };

const followers = (): Provider[] => [
  provideFrom<PlacedCallsParts>(
    PlacedCalls,
    { ...CLOCK_AND_LOG, attempts: AttemptStore },
    (parts) => new PlacedCalls(parts),
  ),
  provideFrom<OutboundOutcomesParts>(
    OutboundOutcomes,
    { ...CLOCK_AND_LOG, attempts: AttemptStore, lines: Lines, feed: Feed, legs: SecondLegs },
    (parts) => new OutboundOutcomes(parts),
  ),
];

interface RestParts {
  redis: LiveRedis;
  clock: Clock;
  log: Logger;
}

type LineNumbers = Pick<OutboundCallsParts, 'linesPerAgent' | 'linesInAll'>;

const caller = ({ rest, ways, ringS }: OutboundSettings, limits: LineNumbers): Provider =>
  provideFrom<Omit<OutboundCallsParts, 'carriers' | 'ringS' | keyof LineNumbers> & RestParts>(
    OutboundCalls,
    {
      ...CLOCK_AND_LOG,
      ...{ redis: LiveRedis, attempts: AttemptStore, agents: AgentStore, contacts: ContactStore },
      ...{ lines: Lines, feed: Feed },
    },
    ({ redis, ...parts }) => {
      const { clock, log } = parts;
      const onAlone = (alone: boolean) =>
        log.warn({ alone }, 'requests to the carrier are counted by this process alone');
      const gate = new RedisRequestGate(redis, clock, { intervalMs: RINGOVER_REQUEST_INTERVAL_MS, onAlone });
      const ringover = new RingoverRest(rest, { gate, toggles: new RedisToggleStates(redis), clock, fetch });
      const carriers = ways.map((way) => new RingoverOutbound(ringover, way, clock));
      return new OutboundCalls({ ...parts, carriers, ringS, ...limits });
    },
  );
