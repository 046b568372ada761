import type { Clock } from '@app/kernel';
import { type CallEventName, callEventJson, type IdsAs, type RingoverCallFacts } from './call-events.js';
import { signWebhook } from './webhook-signature.js';

/** What is not documented of Ringover's deliveries, or differs from one account to the next. */
export interface WebhookSwitches {
  idsAs: IdsAs;
  /** Waits before the second, third, … attempt when an answer was not 2xx; Ringover's own schedule is not public. */
  retryDelaysMs: readonly number[];
  /** Each event is delivered once more although the first delivery was answered 2xx. */
  duplicates: boolean;
}

export interface WebhookTarget {
  /** As it was entered in Ringover's dashboard: it also stands in the claims. */
  url: string;
  /** The signing key of the call-event section. */
  key: string;
}

export interface Delivery {
  event: CallEventName;
  attempt: number;
  /** Null: no answer at all. */
  status: number | null;
  tookMs: number;
}

const ANSWER_WITHIN_MS = 5_000;

/** Delivers signed call events over HTTP, and keeps what came of each delivery. */
export class WebhookSender {
  readonly deliveries: Delivery[] = [];

  constructor(
    private readonly target: WebhookTarget,
    private readonly switches: WebhookSwitches,
    private readonly clock: Clock,
  ) {}

  /** Resolves when it was taken, or the last attempt failed: `deliveries` tells which. Never rejects. */
  async send(event: CallEventName, call: RingoverCallFacts): Promise<void> {
    const timestampS = this.clock.date().getTime() / 1_000;
    const attempts = [0, ...this.switches.retryDelaysMs];
    let attempt = 1;
    for (const delayMs of attempts) {
      await this.clock.sleep(delayMs);
      const taken = await this.#deliver(event, call, { attempt, timestampS });
      attempt += 1;
      if (taken) break;
    }
    if (this.switches.duplicates) await this.#deliver(event, call, { attempt, timestampS });
  }

  async #deliver(
    event: CallEventName,
    call: RingoverCallFacts,
    { attempt, timestampS }: { attempt: number; timestampS: number },
  ): Promise<boolean> {
    const body = callEventJson(event, call, { attempt, timestampS, idsAs: this.switches.idsAs });
    const begunMs = this.clock.nowMs();
    const status = await this.#post(body);
    this.deliveries.push({ event, attempt, status, tookMs: this.clock.nowMs() - begunMs });
    return status !== null && status >= 200 && status < 300;
  }

  async #post(body: string): Promise<number | null> {
    const headers = {
      'content-type': 'application/json',
      'X-Ringover-Webhook-Signature': signWebhook(body, this.target),
    };
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await fetch(this.target.url, { method: 'POST', headers, body, signal });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return null; // refused, reset or too slow: for a sender all the same, it tries again
    }
  }
}
