import type { Clock } from '@app/kernel';
import { ApiKeyStore } from '@app/persistence';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CLOCK } from '../process-parts.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { KnownKeys } from './known-keys.js';

@Module({
  providers: [
    {
      provide: KnownKeys,
      inject: [ApiKeyStore, CLOCK],
      useFactory: (store: ApiKeyStore, clock: Clock) => new KnownKeys(store, clock),
    },
    { provide: APP_GUARD, useClass: ApiKeyGuard },
  ],
  exports: [KnownKeys],
})
export class AuthModule {}
