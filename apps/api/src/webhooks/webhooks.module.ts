import { type DynamicModule, Module } from '@nestjs/common';
import { type AnswersConfig, RINGOVER_ANSWERS, RingoverAnswers } from './ringover-answers.js';
import { RingoverEffects } from './ringover-effects.js';
import {
  RINGOVER_WEBHOOKS,
  type RingoverWebhookConfig,
  RingoverWebhooksController,
} from './ringover-webhooks.controller.js';
import { CallRouter } from './routing/call-router.js';
import { ROUTING, type RoutingConfig } from './routing/routing-config.js';
import { RuleRouting } from './routing/rule-routing.js';
import { RouteBook } from './routing/route-book.js';
import { WebhookIntake } from './webhook-intake.js';

export interface WebhooksConfig {
  /** Undefined: all its addresses are unknown. */
  ringover: RingoverWebhookConfig;
  answers: AnswersConfig;
  routing: RoutingConfig;
  /** Exports `ProviderChains`; absent: no call is sent elsewhere because providers are down. */
  chains?: DynamicModule;
}

/** What carriers tell and ask us over HTTP. Stores, metrics, clock and log are global. */
@Module({})
export class WebhooksModule {
  static with({ ringover, answers, routing, chains }: WebhooksConfig): DynamicModule {
    return {
      module: WebhooksModule,
      imports: chains ? [chains] : [],
      controllers: [RingoverWebhooksController],
      providers: [
        { provide: RINGOVER_WEBHOOKS, useValue: ringover },
        { provide: RINGOVER_ANSWERS, useValue: answers },
        { provide: ROUTING, useValue: routing },
        ...[WebhookIntake, RingoverEffects, RingoverAnswers, CallRouter, RouteBook, RuleRouting],
      ],
    };
  }
}
