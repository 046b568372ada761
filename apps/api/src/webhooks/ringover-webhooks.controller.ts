import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
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
  type WebhookDelivery,
} from '@app/telephony';
import { Controller, HttpCode, HttpStatus, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../auth/public.js';
import { Problem } from '../http/problem.js';
import { TakesQuery } from '../http/query.guard.js';
import { type Clock, InjectClock, InjectLogger, type Logger } from '../process-parts.js';
import { isAsking, type RingoverAnswer, RingoverAnswers } from './ringover-answers.js';
import { RingoverEffects } from './ringover-effects.js';
import { WebhookIntake } from './webhook-intake.js';

/** Undefined when no webhook is let in. `publicUrl`: what the carrier calls us by, without a path; V3 signs it. */
export type RingoverWebhookConfig = { token: string; rules: RingoverWebhookRules; publicUrl: string } | undefined;
type Open = NonNullable<RingoverWebhookConfig>;
export const RINGOVER_WEBHOOKS = Symbol('ringover webhooks');

/**
 * Verified, kept, then given its effects, and answered with nothing: the carrier reads no body, and we judge no schema.
 * What Ringover asks is answered while it is being kept.
 */
@ApiExcludeController()
@Public() // the token in its address and a signature are the proof
@Controller('webhooks/ringover')
export class RingoverWebhooksController {
  constructor(
    @Inject(RINGOVER_WEBHOOKS) private readonly config: RingoverWebhookConfig,
    private readonly intake: WebhookIntake,
    private readonly effects: RingoverEffects,
    private readonly answers: RingoverAnswers,
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
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<unknown> {
    const { config, name } = this.#open(section, token);
    this.#letBrowsersSearch(name, response);
    const delivery = {
      ...{ section: name, headers: request.headers, body: textOf(request.body) },
      url: `${config.publicUrl}${request.originalUrl}`,
    };
    const taken = await this.#take(delivery, config.rules);
    this.metrics.webhook('ringover', name, taken.outcome);
    if (taken.outcome === 'refused') throw new Problem('auth.refused');
    response.status(taken.answer?.status ?? HttpStatus.OK);
    return taken.answer?.body;
  }

  /** A contact search is reported to come from the browser of whoever searches. */
  @Options(':section/:token')
  @HttpCode(204)
  allow(
    @Param('section') section: string,
    @Param('token') token: string,
    @Res({ passthrough: true }) response: Response,
  ): void {
    const { name } = this.#open(section, token);
    this.#letBrowsersSearch(name, response);
    response.set({
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'content-type, authorization, x-ringover-webhook-signature',
      'access-control-max-age': '600',
    });
  }

  /** @throws Problem for whoever does not know the address */
  #open(section: string, token: string): { config: Open; name: RingoverSection } {
    const { config } = this;
    if (config && isRingoverSection(section) && isSame(token, config.token)) return { config, name: section };
    throw new Problem('route.not-found');
  }

  #letBrowsersSearch(section: RingoverSection, response: Response): void {
    if (section === 'contact-search') response.set('access-control-allow-origin', this.answers.searchOrigin);
  }

  async #take(
    delivery: WebhookDelivery,
    rules: RingoverWebhookRules,
  ): Promise<{ outcome: WebhookOutcome; answer?: RingoverAnswer }> {
    const { section, body: raw } = delivery;
    const receivedAt = this.clock.date();
    const verification = verifyWebhook(delivery, rules, receivedAt);
    if (!verification.ok) {
      this.log.warn({ section, because: verification.because }, 'webhook refused');
      return { outcome: 'refused' };
    }
    const { body, verifiedBy } = verification;
    if (verifiedBy === 'jwt-v1-unbound')
      this.log.warn({ section }, 'webhook taken with a token that says nothing of it');
    const entry = entryOf({ section, raw, body, verifiedBy, receivedAt });
    const event = readRingoverEvent(body);
    if (isAsking(event)) {
      this.intake.keepBeside(entry);
      return { outcome: 'accepted', answer: await this.answers.answer(event) };
    }
    const novelty = await this.#keep(section, entry);
    if (novelty === 'duplicate') return { outcome: 'repeated' };
    if (section === 'call-event') await this.effects.apply(event, receivedAt);
    return { outcome: 'accepted' };
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
