import { JobQueue } from '@app/jobs';
import { assertNever, OperationalError } from '@app/kernel';
import { type LiveCall, LiveCalls, RingingCalls, RoutedCalls } from '@app/live-state';
import { CallStore } from '@app/persistence';
import type { RingoverCallFacts, RingoverEvent } from '@app/telephony';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { OutboundOutcomes } from '../outbound/outbound-outcomes.js';
import { InjectLogger, type Logger } from '../process-parts.js';

const CARRIER = 'ringover';

/**
 * What an event of Ringover's changes for us. Every change may be made twice, and in any order: deliveries are neither
 * ordered nor single, and a hang-up may come with no word before it.
 */
@Injectable()
export class RingoverEffects {
  constructor(
    @Inject(RingingCalls) private readonly ringing: Pick<RingingCalls, 'offer' | 'withdraw'>,
    @Inject(LiveCalls) private readonly live: Pick<LiveCalls, 'findByCarrierCallId' | 'update' | 'noteHangUp'>,
    @Inject(RoutedCalls) private readonly routed: Pick<RoutedCalls, 'noteSpokeWith'>,
    @Inject(CallStore) private readonly calls: Pick<CallStore, 'noteMissed' | 'amendEnding'>,
    @Inject(JobQueue) private readonly jobs: Pick<JobQueue, 'promote'>,
    @InjectLogger() private readonly log: Logger,
    @Optional() @Inject(OutboundOutcomes) private readonly outcomes?: Pick<OutboundOutcomes, 'note' | 'isSecondLeg'>,
  ) {}

  /** Does what it can: a store that is gone keeps the others from nothing. The event itself is kept already. */
  async apply(event: RingoverEvent, receivedAt: Date): Promise<void> {
    await this.outcomes?.note(event);
    switch (event.type) {
      case 'ringing':
        return this.#each(event, () => this.#noteRinging(event, receivedAt));
      case 'answered':
        return this.#each(event, () => this.#noteAnswered(event, receivedAt));
      case 'hangup':
        return this.#each(
          event,
          () => this.#withdraw(event),
          () => this.#noteHangUp(event, event.at ?? receivedAt),
        );
      case 'missed':
        return this.#each(
          event,
          () => this.#withdraw(event),
          () => this.#noteMissed(event, event.at ?? receivedAt),
        );
      case 'voicemail':
        return this.#each(event, () => this.#withdraw(event));
      case 'comments':
      case 'tags':
      case 'record-available':
      case 'voicemail-available':
      case 'transcription-available':
      case 'summary-available':
      case 'empower':
      case 'ivr-code':
      case 'sms':
        return; // noted with the call when the delivery is stored
      case 'routing':
      case 'contact-call':
      case 'contact-search':
      case 'unknown':
        return;
      default:
        return assertNever(event);
    }
  }

  async #each({ type }: RingoverEvent, ...acts: (() => Promise<void>)[]): Promise<void> {
    for (const act of acts) {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof OperationalError)) throw error;
        this.log.warn({ error, event: type }, 'webhook kept, but without its effect');
      }
    }
  }

  /** A stream may have come before the word that it rings: then the call learns who calls. */
  async #noteRinging(event: RingoverCallFacts, receivedAt: Date): Promise<void> {
    const { callId, from = null, to = null } = event;
    const ringingAt = event.at ?? receivedAt;
    const live = await this.live.findByCarrierCallId(CARRIER, callId);
    if (live) {
      const learned = {
        from: live.from ?? from,
        to: live.to ?? to,
        ringingAt: live.ringingAt ?? ringingAt.toISOString(),
      };
      return this.live.update(live.id, learned);
    }
    const number = event.direction === 'outbound' ? from : to;
    if (number === null) return;
    await this.ringing.offer({ carrier: CARRIER, carrierCallId: callId, number, from, to, atMs: receivedAt.getTime() });
  }

  async #noteAnswered(event: RingoverCallFacts, receivedAt: Date): Promise<void> {
    const live = await this.live.findByCarrierCallId(CARRIER, event.callId);
    if (live) await this.live.update(live.id, { answeredAt: (event.at ?? receivedAt).toISOString() });
  }

  async #withdraw({ callId }: RingoverCallFacts): Promise<void> {
    await this.ringing.withdraw(CARRIER, callId);
  }

  /** The record is waited for by a job, or was stored without this word and is amended. */
  async #noteHangUp({ callId }: RingoverCallFacts, endedAt: Date): Promise<void> {
    const live = await this.live.noteHangUp(CARRIER, callId, endedAt.toISOString());
    if (live) await this.#noteSpokeWith(live);
    if (live && (await this.jobs.promote('finish-call', live.id))) return;
    await this.calls.amendEnding(CARRIER, callId, { ending: 'confirmed', endedAt });
  }

  /** For whoever calls again: the agent who knows them. */
  async #noteSpokeWith({ direction, from, to, agentId }: LiveCall): Promise<void> {
    const caller = direction === 'outbound' ? to : from;
    if (caller !== null) await this.routed.noteSpokeWith(caller, agentId);
  }

  async #noteMissed(event: RingoverCallFacts, endedAt: Date): Promise<void> {
    if (await this.outcomes?.isSecondLeg(event.callId)) return; // a leg of a call, and no call
    const { callId: carrierCallId, direction = 'inbound', from = null, to = null, startedAt: ringingAt = null } = event;
    await this.calls.noteMissed({ carrier: CARRIER, carrierCallId, direction, from, to, ringingAt, endedAt });
  }
}
