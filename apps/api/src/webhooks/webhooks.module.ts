import { type DynamicModule, Module } from '@nestjs/common';
import { RingoverEffects } from './ringover-effects.js';
import {
  RINGOVER_WEBHOOKS,
  type RingoverWebhookConfig,
  RingoverWebhooksController,
} from './ringover-webhooks.controller.js';
import { WebhookIntake } from './webhook-intake.js';

/** What carriers tell us over HTTP. Stores, metrics, clock and log are global. */
@Module({})
export class WebhooksModule {
  /** @param ringover undefined: all its addresses are unknown */
  static with({ ringover }: { ringover: RingoverWebhookConfig }): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: [RingoverWebhooksController],
      providers: [{ provide: RINGOVER_WEBHOOKS, useValue: ringover }, WebhookIntake, RingoverEffects],
    };
  }
}
