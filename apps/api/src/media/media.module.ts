import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { CallClaims } from './call-claims.js';
import { MediaTokenGate } from './media-token.gate.js';
import { RINGOVER_STREAM, RingoverMediaGateway, type RingoverStreamConfig } from './ringover-media.gateway.js';
import { StreamMatcher } from './stream-matcher.js';

/** Sockets of carriers. Stores, clock and log are global; the application must use the `UpgradeAdapter`. */
@Module({})
export class MediaModule {
  /** @param calls exports `CallCarrier` */
  static with({ ringover, calls }: { ringover: RingoverStreamConfig; calls: Type | DynamicModule }): DynamicModule {
    return {
      module: MediaModule,
      imports: [calls],
      providers: [
        { provide: RINGOVER_STREAM, useValue: ringover },
        MediaTokenGate,
        StreamMatcher,
        CallClaims,
        RingoverMediaGateway,
      ],
    };
  }
}
