import { LiveRedis } from '@app/live-state';
import type { RingoverRestSettings } from '@app/telephony';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { CLOCK, type Clock, LOGGER, type Logger } from '../process-parts.js';
import { CallClaims } from './call-claims.js';
import { MediaTokenGate } from './media-token.gate.js';
import { hangUpsOf, ringoverAccount } from './ringover-account.js';
import { RINGOVER_STREAM, RingoverMediaGateway, type RingoverStreamConfig } from './ringover-media.gateway.js';
import { StreamMatcher } from './stream-matcher.js';

type RingoverConfig = Omit<RingoverStreamConfig, 'hangUps'> & { rest?: RingoverRestSettings | undefined };

/** Sockets of carriers. Stores, clock and log are global; the application must use the `UpgradeAdapter`. */
@Module({})
export class MediaModule {
  /** @param calls exports `CallCarrier` */
  static with({ ringover, calls }: { ringover: RingoverConfig; calls: Type | DynamicModule }): DynamicModule {
    return {
      module: MediaModule,
      imports: [calls],
      providers: [streams(ringover), MediaTokenGate, StreamMatcher, CallClaims, RingoverMediaGateway],
    };
  }
}

function streams({ line, metadata, rest }: RingoverConfig): Provider<RingoverStreamConfig> {
  if (rest?.hangUp?.path === undefined)
    return { provide: RINGOVER_STREAM, useValue: { line, metadata, hangUps: undefined } };
  return {
    provide: RINGOVER_STREAM,
    inject: [LiveRedis, CLOCK, LOGGER],
    useFactory: (redis: LiveRedis, clock: Clock, log: Logger) => {
      const ringover = ringoverAccount(rest, { redis, clock, log });
      return { line, metadata, hangUps: hangUpsOf(rest, { ringover, log }) };
    },
  };
}
