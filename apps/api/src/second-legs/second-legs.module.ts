import { LiveRedis, RungPersons, Wire } from '@app/live-state';
import { type OutboundSettings, RingoverOutbound } from '@app/telephony';
import { type DynamicModule, Module } from '@nestjs/common';
import { hangUpsOf, ringoverAccount } from '../media/ringover-account.js';
import { provideFrom } from '../named-parts.js';
import { CLOCK, LOGGER, NODE_ID } from '../process-parts.js';
import { SecondLegs, type SecondLegsParts } from './second-legs.js';

type Given = Pick<SecondLegsParts, 'rung' | 'wire' | 'nodeId' | 'clock' | 'log'> & { redis: LiveRedis };

/** Persons who are called to take live calls over. Where no calls are placed, nobody is. */
@Module({})
export class SecondLegsModule {
  static with({ outbound }: { outbound: OutboundSettings | undefined }): DynamicModule {
    const legs = provideFrom<Given>(
      SecondLegs,
      { rung: RungPersons, wire: Wire, nodeId: NODE_ID, clock: CLOCK, log: LOGGER, redis: LiveRedis },
      ({ redis, ...parts }) => new SecondLegs({ ...parts, ...carrierOf(outbound, redis, parts) }),
    );
    return { module: SecondLegsModule, global: true, providers: [legs], exports: [SecondLegs] };
  }
}

function carrierOf(
  outbound: OutboundSettings | undefined,
  redis: LiveRedis,
  { clock, log }: Pick<Given, 'clock' | 'log'>,
): Pick<SecondLegsParts, 'carrier' | 'hangUps' | 'ringS'> {
  if (!outbound) return { carrier: undefined, hangUps: undefined, ringS: 0 };
  const { rest, ways, ringS } = outbound;
  const ringover = ringoverAccount(rest, { redis, clock, log });
  const hangUps = hangUpsOf(rest, { ringover, log });
  return { carrier: new RingoverOutbound(ringover, ways[0], clock), hangUps, ringS };
}
