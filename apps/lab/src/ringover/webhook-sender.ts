import type { Clock } from '@app/kernel';
import {
  type CallEventName,
  callEventJson,
  type CallEventOptions,
  type IdsAs,
  type RingoverCallFacts,
} from './call-events.js';
import { proofOf, type Signature } from './webhook-signature.js';

/** What is not documented of Ringover's deliveries, or differs from one account to the next. */
export interface WebhookSwitches {
  idsAs: IdsAs;
  /** Waits before the second, third, … attempt when an answer was not 2xx; Ringover's own schedule is not public. */
  retryDelaysMs: readonly number[];
  /** Each event is delivered once more although the first delivery was answered 2xx. */
  duplicates: boolean;
  /** How a delivery proves itself; `jwt-v1` if not said. */
  signature?: Signature;
  /** How far Ringover's clock is ahead of ours. */
  clockSkewS?: number;
}

export interface WebhookTarget {
  /** As it was entered in Ringover's dashboard: it also stands in the claims. Asked for each delivery. */
  readonly url: string;
  /** Where that leads to, when it is not the address itself: a proxy's other side. */
  sentTo?: string;
  /** The signing key of its section. */
  key: string;
}

export interface Delivery {
  event: string;
  attempt: number;
  /** Null: no answer at all. */
  status: number | null;
  tookMs: number;
}

const ANSWER_WITHIN_MS = 5_000;

/** What was answered to one delivery. */
export interface HookAnswer {
  /** Null: no answer at all. */
  status: number | null;
  body: string;
}

/** Delivers signed events of one section over HTTP, and keeps what came of each delivery. */
export class WebhookSender {
  readonly deliveries: Delivery[] = [];

  constructor(
    private readonly target: WebhookTarget,
    private readonly switches: WebhookSwitches,
    private readonly clock: Clock,
  ) {}

  /** Resolves when it was taken, or the last attempt failed: `deliveries` tells which. Never rejects. */
  async send(event: CallEventName, call: RingoverCallFacts): Promise<void> {
    await this.deliver(event, (options) => callEventJson(event, call, options));
  }

  /** The same for any event. @param bodyOf of one attempt: a retry differs in `attempt` alone */
  async deliver(event: string, bodyOf: (options: CallEventOptions) => string): Promise<void> {
    const timestampS = this.nowS;
    const attempts = [0, ...this.switches.retryDelaysMs];
    let attempt = 1;
    for (const delayMs of attempts) {
      await this.clock.sleep(delayMs);
      const taken = await this.#once(event, bodyOf, { attempt, timestampS });
      attempt += 1;
      if (taken) break;
    }
    if (this.switches.duplicates) await this.#once(event, bodyOf, { attempt, timestampS });
  }

  /** Asks once, and tells what was answered: a call waits for it. */
  async ask(event: string, bodyOf: (options: CallEventOptions) => string): Promise<HookAnswer> {
    const body = bodyOf({ attempt: 1, timestampS: this.nowS, idsAs: this.switches.idsAs });
    return this.#keep(event, 1, body);
  }

  /** By Ringover's own clock. */
  get nowS(): number {
    return this.clock.date().getTime() / 1_000 + (this.switches.clockSkewS ?? 0);
  }

  async #once(
    event: string,
    bodyOf: (options: CallEventOptions) => string,
    { attempt, timestampS }: { attempt: number; timestampS: number },
  ): Promise<boolean> {
    const body = bodyOf({ attempt, timestampS, idsAs: this.switches.idsAs });
    const { status } = await this.#keep(event, attempt, body);
    return status !== null && status >= 200 && status < 300;
  }

  async #keep(event: string, attempt: number, body: string): Promise<HookAnswer> {
    const begunMs = this.clock.nowMs();
    const answer = await this.#post(body);
    this.deliveries.push({ event, attempt, status: answer.status, tookMs: this.clock.nowMs() - begunMs });
    return answer;
  }

  async #post(body: string): Promise<HookAnswer> {
    const { url, sentTo = url, key } = this.target;
    const proof = proofOf(this.switches.signature ?? 'jwt-v1', { body, url, key, atS: this.nowS });
    const headers = { 'content-type': 'application/json', ...proof };
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await fetch(sentTo, { method: 'POST', headers, body, signal });
      return { status: answer.status, body: await answer.text() };
    } catch {
      return { status: null, body: '' }; // refused, reset or too slow: for a sender all the same, it tries again
    }
  }
}
