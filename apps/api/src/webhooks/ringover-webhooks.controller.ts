import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Metrics, type WebhookOutcome } from '@app/boot';
import type { InboxEntry } from '@app/live-state';
import {
  dedupeKey,
  isRingoverSection,
  nameOfEvent,
  readRingoverEvent,
  type RingoverSection,
  type RingoverWebhookRules,
  verifyWebhook,
} from '@app/telephony';
import { Body, Controller, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../auth/public.js';
import { Problem } from '../http/problem.js';
import { TakesQuery } from '../http/query.guard.js';
import { type Clock, InjectClock, InjectLogger, type Logger } from '../process-parts.js';
import { RingoverEffects } from './ringover-effects.js';
import { WebhookIntake } from './webhook-intake.js';

/** Undefined when no webhook is let in. */
export type RingoverWebhookConfig = { token: string; rules: RingoverWebhookRules } | undefined;
export const RINGOVER_WEBHOOKS = Symbol('ringover webhooks');

/** Verified, kept, then given its effects, and answered with nothing: the carrier reads no body, and we judge no schema. */
@ApiExcludeController()
@Public() // the token in its address and a signature are the proof
@Controller('webhooks/ringover')
export class RingoverWebhooksController {
  constructor(
    @Inject(RINGOVER_WEBHOOKS) private readonly config: RingoverWebhookConfig,
    private readonly intake: WebhookIntake,
    private readonly effects: RingoverEffects,
    @Inject(Metrics) private readonly metrics: Pick<Metrics, 'webhook'>,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly log: Logger,
  ) {}

  @Post(':section/:token')
  @HttpCode(200)
  @TakesQuery()
  async take(
    @Param('section') section: string,
    @Param('token') token: string,
    @Headers() headers: IncomingHttpHeaders,
    @Body() bytes: unknown,
  ): Promise<void> {
    if (!this.config || !isRingoverSection(section) || !isSame(token, this.config.token)) {
      throw new Problem('route.not-found');
    }
    const outcome = await this.#take(section, headers, textOf(bytes), this.config.rules);
    this.metrics.webhook('ringover', section, outcome);
    if (outcome === 'refused') throw new Problem('auth.refused');
  }

  async #take(
    section: RingoverSection,
    headers: IncomingHttpHeaders,
    raw: string,
    rules: RingoverWebhookRules,
  ): Promise<WebhookOutcome> {
    const receivedAt = this.clock.date();
    const verification = verifyWebhook({ section, headers, body: raw }, rules, receivedAt);
    if (!verification.ok) {
      this.log.warn({ section, because: verification.because }, 'webhook refused');
      return 'refused';
    }
    const { body, verifiedBy } = verification;
    if (verifiedBy === 'jwt-v1-unbound')
      this.log.warn({ section }, 'webhook taken with a token that says nothing of it');
    const entry = entryOf({ section, raw, body, verifiedBy, receivedAt });
    const novelty = await this.#keep(section, entry);
    if (novelty === 'duplicate') return 'repeated';
    if (section === 'call-event') await this.effects.apply(readRingoverEvent(body), receivedAt);
    return 'accepted';
  }

  async #keep(section: RingoverSection, entry: InboxEntry): Promise<'new' | 'duplicate'> {
    try {
      return await this.intake.keep(entry);
    } catch (error) {
      this.metrics.webhook('ringover', section, 'failed');
      throw error;
    }
  }
}

/** Takes as long for a token that is almost right as for one that is all wrong, whatever their lengths. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digestOf(given), digestOf(expected));
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The body as it came. Postgres keeps no NUL in a text, and no JSON holds one outside an escape. */
const textOf = (bytes: unknown): string =>
  Buffer.isBuffer(bytes) ? bytes.toString('utf8').replaceAll('\0', '\ufffd') : '';

function entryOf(taken: {
  section: RingoverSection;
  raw: string;
  body: unknown;
  verifiedBy: string;
  receivedAt: Date;
}): InboxEntry {
  const { section, raw, body, verifiedBy, receivedAt } = taken;
  const { resource = null, event = null } = nameOfEvent(body);
  return {
    id: randomUUID(),
    carrier: 'ringover',
    section,
    dedupeKey: dedupeKey(raw, body),
    resource,
    event,
    verifiedBy,
    body: raw,
    receivedAt: receivedAt.toISOString(),
  };
}
