import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import type { ApiConfig } from './api.env.js';
import { AuthModule } from './auth/auth.module.js';
import { CallsModule } from './calls/calls.module.js';
import { HttpModule } from './http/http.module.js';
import { ProcessModule, type ProcessParts } from './process.module.js';
import { StoresModule } from './stores.module.js';

/** Hands each room its part of the configuration. The order is that of the guards: keys before all else. */
@Module({})
export class ApiModule {
  static with(config: ApiConfig, parts: ProcessParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ProcessModule.with(parts),
        StoresModule.with(config),
        AuthModule,
        HttpModule,
        AgentsModule.with(config.calls),
        CallsModule,
      ],
    };
  }
}
