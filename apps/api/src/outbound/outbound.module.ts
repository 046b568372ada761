import { JobQueue } from '@app/jobs';
import { Feed, Lines } from '@app/live-state';
import { AgentStore, AttemptStore, ContactStore, OrderQueue, RoutingRuleStore } from '@app/persistence';
import type { OutboundSettings } from '@app/telephony';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { provideFrom } from '../named-parts.js';
import { CLOCK, LOGGER } from '../process-parts.js';
import { SecondLegs } from '../second-legs/second-legs.js';
import { OutboundCalls, type OutboundCallsParts } from './outbound-calls.js';
import { OutboundController } from './outbound.controller.js';
import { OutboundOutcomes, type OutboundOutcomesParts } from './outbound-outcomes.js';
import { PlacedCalls, type PlacedCallsParts } from './placed-calls.js';

/** Calls that we place. Where none are placed, streams and webhooks have nothing to ask here. */
@Module({ controllers: [OutboundController] })
export class OutboundModule {
  static with({ outbound }: { outbound: OutboundSettings | undefined }): DynamicModule {
    if (!outbound) return { module: OutboundModule };
    return {
      module: OutboundModule,
      global: true,
      providers: [...followers(), caller(outbound)],
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

const caller = ({ ways, ringS }: OutboundSettings): Provider =>
  provideFrom<Omit<OutboundCallsParts, 'ways' | 'ringS'>>(
    OutboundCalls,
    {
      ...CLOCK_AND_LOG,
      ...{ attempts: AttemptStore, orders: OrderQueue, agents: AgentStore, rules: RoutingRuleStore },
      ...{ contacts: ContactStore, jobs: JobQueue, feed: Feed },
    },
    (parts) =>
      new OutboundCalls({
        ...{ ...parts, ringS },
        ways: ways.map((way) => ({ way: way.by, callsFrom: way.by === 'callback' ? way.userNumber : null })),
      }),
  );
