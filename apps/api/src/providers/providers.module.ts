import { type DynamicModule, Module } from '@nestjs/common';
import { ProvidersController } from './providers.controller.js';

/** Shows who hears, thinks and speaks, and how they do. */
@Module({ controllers: [ProvidersController] })
export class ProvidersModule {
  /** @param chains exports `ProviderChains` */
  static with(chains: NonNullable<DynamicModule['imports']>[number]): DynamicModule {
    return { module: ProvidersModule, imports: [chains] };
  }
}
