import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import type { ApiConfig } from './api.env.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CallsModule } from './calls/calls.module.js';
import { CarryingModule } from './calls/carrying.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { HttpModule } from './http/http.module.js';
import { MediaModule } from './media/media.module.js';
import { MonitorModule } from './monitor/monitor.module.js';
import { NumbersModule } from './numbers/numbers.module.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { PeopleModule } from './people/people.module.js';
import { ProcessModule, type ProcessParts } from './process.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { RulesModule } from './rules/rules.module.js';
import { StoresModule } from './stores.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Hands each room its part of the configuration. The order is that of the guards: keys before all else. */
@Module({})
export class ApiModule {
  static with(config: ApiConfig, parts: ProcessParts): DynamicModule {
    const carrying = CarryingModule.with(config);
    const calls = CallsModule.with({ ...config.recordings, prices: config.prices });
    const { ringover } = config;
    return {
      module: ApiModule,
      imports: [
        ProcessModule.with(parts),
        StoresModule.with(config),
        AuthModule.with(config.auth),
        HttpModule,
        AuditModule,
        PeopleModule,
        ContactsModule,
        RulesModule,
        NumbersModule.with({ publicUrl: config.http.publicUrl, rest: ringover.rest }),
        AgentsModule.with({ linesPerAgent: config.calls.linesPerAgent, calls: carrying }),
        calls,
        MonitorModule.with(calls),
        carrying,
        ProvidersModule.with({ chains: carrying, config: config.providers }),
        OutboundModule.with({
          outbound: config.outbound,
          linesPerAgent: config.calls.linesPerAgent,
          linesInAll: config.calls.linesInAll,
        }),
        MediaModule.with({ ringover, calls: carrying }),
        WebhooksModule.with({
          chains: carrying,
          ringover: ringover.webhooks,
          answers: ringover.answers,
          routing: { ...ringover.routing, linesPerAgent: config.calls.linesPerAgent },
        }),
      ],
    };
  }
}
