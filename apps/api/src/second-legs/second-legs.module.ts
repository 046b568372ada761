import { LiveRedis, RedisRequestGate, RedisToggleStates, RungPersons, Wire } from '@app/live-state';
import { type OutboundSettings, RINGOVER_REQUEST_INTERVAL_MS, RingoverOutbound, RingoverRest } from '@app/telephony';
import { type DynamicModule, Module } from '@nestjs/common';
import { RestHangUps } from '../media/rest-hang-ups.js';
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
  const gate = new RedisRequestGate(redis, clock, { intervalMs: RINGOVER_REQUEST_INTERVAL_MS });
  const ringover = new RingoverRest(rest, { gate, toggles: new RedisToggleStates(redis), clock, fetch });
  const path = rest.hangUp?.path;
  const isByChannel = path?.includes('{channel_id}') ?? false;
  const hangUps = path === undefined ? undefined : new RestHangUps({ rest: ringover, isByChannel, log });
  return { carrier: new RingoverOutbound(ringover, ways[0], clock), hangUps, ringS };
}
