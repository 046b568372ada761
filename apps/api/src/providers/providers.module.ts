import type { Clock } from '@app/kernel';
import { checkProviders, type ProvidersConfig } from '@app/providers';
import { type DynamicModule, Module } from '@nestjs/common';
import { CLOCK } from '../process-parts.js';
import { CheckedProviders } from './checked-providers.js';
import { ProvidersController } from './providers.controller.js';

export interface ProvidersParts {
  /** Exports `ProviderChains`. */
  chains: NonNullable<DynamicModule['imports']>[number];
  /** Whose keys are checked. */
  config: ProvidersConfig;
}

/** Shows who hears, thinks and speaks, how they do, and whether their keys and models are good. */
@Module({ controllers: [ProvidersController] })
export class ProvidersModule {
  static with({ chains, config }: ProvidersParts): DynamicModule {
    const checked = {
      provide: CheckedProviders,
      inject: [CLOCK],
      useFactory: (clock: Clock) => new CheckedProviders(() => checkProviders(config, { clock, fetch }), clock),
    };
    return { module: ProvidersModule, imports: [chains], providers: [checked] };
  }
}
