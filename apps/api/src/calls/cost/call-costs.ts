import { usagesOf } from '@app/conversation';
import type { CallCost } from '@app/conversation/ports';
import { LiveCalls } from '@app/live-state';
import { CallStore, CostStore } from '@app/persistence';
import { PriceList } from '@app/providers';
import { Injectable } from '@nestjs/common';
import { CallReader } from '../call-reader.js';

type KnownCost = { cost: CallCost; isFinal: boolean } | 'unknown' | 'uncounted';

/** What calls cost, wherever that is known: until it is stored with the call, it is read off the log as far as that goes. */
@Injectable()
export class CallCosts {
  constructor(
    private readonly costs: CostStore,
    private readonly stored: CallStore,
    private readonly live: LiveCalls,
    private readonly calls: CallReader,
    private readonly prices: PriceList,
  ) {}

  /** `unknown`: there is no such call. `uncounted`: nobody noted what it used. @param callId a UUID @throws StoreError, BrokenLog */
  async of(callId: string): Promise<KnownCost> {
    const live = await this.live.get(callId);
    const soFar = live && (await this.#soFar(callId, live.startedAt));
    if (live?.state === 'live') return soFar ?? 'uncounted';
    const final = await this.costs.of(callId);
    if (final) return { cost: final, isFinal: true };
    if (soFar) return soFar;
    return (await this.stored.glance(callId)) ? 'uncounted' : 'unknown';
  }

  /** Undefined when its log is not here any more. */
  async #soFar(callId: string, startedAt: string): Promise<KnownCost | undefined> {
    const entries = await this.calls.entriesOf(callId);
    const day = new Date(startedAt).toISOString().slice(0, 10);
    return entries && { cost: this.prices.costOf(usagesOf(entries) ?? [], day), isFinal: false };
  }
}
