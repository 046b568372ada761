import { StoreError } from '@app/conversation/ports';
import type { CallId } from '@app/kernel';
import { LiveCalls } from '@app/live-state';
import { Inject, Injectable } from '@nestjs/common';
import { type Returned, ReturnedCalls } from '../calls/returned-calls.js';
import { InjectLogger, type Logger } from '../process-parts.js';

/** Sees to it that a carrier's call has one stream: over all nodes, and within this one also while Redis is gone. */
@Injectable()
export class CallClaims {
  readonly #here = new Set<string>();

  constructor(
    @Inject(LiveCalls) private readonly live: Pick<LiveCalls, 'claim' | 'release'>,
    private readonly returnedCalls: ReturnedCalls,
    @InjectLogger() private readonly log: Logger,
  ) {}

  /** Whether its call was carried before; one whose node is gone is taken over, and must be given back too. */
  returned(carrierCallId: string | null): Promise<Returned> {
    return this.returnedCalls.take('ringover', carrierCallId);
  }

  /** False when another stream has the call. What was taken must be given back. */
  async take(carrierCallId: string, callId: CallId): Promise<boolean> {
    if (this.#here.has(carrierCallId)) return false;
    this.#here.add(carrierCallId);
    const taken = await this.#ask(() => this.live.claim('ringover', carrierCallId, callId), true);
    if (!taken) this.#here.delete(carrierCallId);
    return taken;
  }

  async giveBack(carrierCallId: string, callId: CallId): Promise<void> {
    this.#here.delete(carrierCallId);
    await this.#ask(() => this.live.release('ringover', carrierCallId, callId), undefined);
  }

  async #ask<T>(question: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.log.warn({ error }, 'stream claimed on this node only');
      return otherwise;
    }
  }
}
