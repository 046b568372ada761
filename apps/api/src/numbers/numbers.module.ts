import { LiveRedis } from '@app/live-state';
import type { RingoverRestSettings } from '@app/telephony';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { provideFrom } from '../named-parts.js';
import { CLOCK, LOGGER } from '../process-parts.js';
import type { RingoverAccountParts } from '../media/ringover-account.js';
import { CARRIER_NUMBERS, ringoverNumbers } from './carrier-numbers.js';
import { NumbersController, PUBLIC_URL } from './numbers.controller.js';

export interface NumbersConfig {
  publicUrl: string;
  /** Undefined: nobody can be asked which numbers are ours. */
  rest: RingoverRestSettings | undefined;
}

@Module({ controllers: [NumbersController] })
export class NumbersModule {
  static with({ publicUrl, rest }: NumbersConfig): DynamicModule {
    const carrier: Provider[] = rest
      ? [
          provideFrom<RingoverAccountParts>(CARRIER_NUMBERS, { redis: LiveRedis, clock: CLOCK, log: LOGGER }, (parts) =>
            ringoverNumbers(rest, parts),
          ),
        ]
      : [];
    return { module: NumbersModule, providers: [{ provide: PUBLIC_URL, useValue: publicUrl }, ...carrier] };
  }
}
