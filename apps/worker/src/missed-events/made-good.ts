import { createHash } from 'node:crypto';
import type { CarrierCall } from '@app/conversation/ports';
import type { JobQueue } from '@app/jobs';
import type { Clock } from '@app/kernel';
import type { LiveCalls, RingingCalls, RungPersons } from '@app/live-state';
import type { CallStore, RawWebhook, WebhookStore } from '@app/persistence';

/** What the carrier should have told us. `unseen`: it has a call at a number of ours that never came to us. */
export type MissedEvent = 'ringing' | 'hangup' | 'missed' | 'unseen';

export interface MadeGoodParts {
  calls: Pick<CallStore, 'noteMissed' | 'amendEnding'>;
  live: Pick<LiveCalls, 'noteHangUp'>;
  ringing: Pick<RingingCalls, 'offer' | 'withdraw'>;
  webhooks: Pick<WebhookStore, 'save'>;
  queue: Pick<JobQueue, 'promote'>;
  rung: Pick<RungPersons, 'find'>;
  clock: Clock;
}

/** How such an event is told from one that came. */
const RECONCILED = 'reconciled';

/** Keeps events that did not come, marked as `reconciled`, and gives them the effects that they would have had. */
export class MadeGood {
  constructor(
    private readonly carrier: string,
    private readonly parts: MadeGoodParts,
  ) {}

  /** Twice is once. @throws StoreError, JobsUnavailable */
  async make(event: MissedEvent, call: CarrierCall, endedAt: Date): Promise<void> {
    if (await this.parts.rung.find(this.carrier, call.carrierCallId)) return; // a leg of a call, and no call
    await this.parts.webhooks.save(this.#rowOf(event, call, endedAt));
    switch (event) {
      case 'ringing':
        return this.#ring(call);
      case 'hangup':
        return this.#hangUp(call, endedAt);
      case 'missed':
        return this.#miss(call, endedAt);
      case 'unseen':
        return;
    }
  }

  async #ring({ carrierCallId, direction, from, to }: CarrierCall): Promise<void> {
    const number = direction === 'outbound' ? from : to;
    if (number === undefined) return;
    const atMs = this.parts.clock.date().getTime();
    const numbers = { number, from: from ?? null, to: to ?? null };
    await this.parts.ringing.offer({ carrier: this.carrier, carrierCallId, ...numbers, atMs });
  }

  async #hangUp({ carrierCallId }: CarrierCall, endedAt: Date): Promise<void> {
    const { ringing, live, queue, calls } = this.parts;
    await ringing.withdraw(this.carrier, carrierCallId);
    const call = await live.noteHangUp(this.carrier, carrierCallId, endedAt.toISOString());
    if (call && (await queue.promote('finish-call', call.id))) return;
    await calls.amendEnding(this.carrier, carrierCallId, { ending: 'confirmed', endedAt });
  }

  async #miss(call: CarrierCall, endedAt: Date): Promise<void> {
    const { carrierCallId, direction = 'inbound', from = null, to = null, startedAt: ringingAt = null } = call;
    const { carrier } = this;
    await this.parts.ringing.withdraw(carrier, carrierCallId);
    await this.parts.calls.noteMissed({ carrier, carrierCallId, direction, from, to, ringingAt, endedAt });
  }

  /** The same event of the same call has the same name: made good again after a worker died over it, it is no second one. */
  #rowOf(event: MissedEvent, call: CarrierCall, endedAt: Date): RawWebhook {
    const dedupeKey = createHash('sha256')
      .update(`${RECONCILED} ${this.carrier} ${event} ${call.carrierCallId}`)
      .digest('hex');
    return {
      ...{ id: uuidOf(dedupeKey), carrier: this.carrier, section: RECONCILED, dedupeKey },
      ...{ resource: 'call', event, verifiedBy: RECONCILED, receivedAt: this.parts.clock.date() },
      body: JSON.stringify({ event, [RECONCILED]: true, ...call, ...(event === 'ringing' ? {} : { endedAt }) }),
    };
  }
}

/** RFC 9562, version 8: of our own making. */
const uuidOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
