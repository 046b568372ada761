import { readLog, usagesOf } from '@app/conversation';
import type { CallCost } from '@app/conversation/ports';
import { LiveCalls } from '@app/live-state';
import { CallStore, CostStore } from '@app/persistence';
import { PriceList } from '@app/providers';
import { Injectable } from '@nestjs/common';
import { CallReader } from '../call-reader.js';

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
  async of(callId: string): Promise<{ cost: CallCost; isFinal: boolean } | 'unknown' | 'uncounted'> {
    const final = await this.costs.of(callId);
    if (final) return { cost: final, isFinal: true };
    const startedAt = await this.#startOf(callId);
    if (!startedAt) return 'unknown';
    const lines = await this.calls.logOf(callId);
    if (!lines) return 'uncounted';
    const now = await this.costs.of(callId); // it may have been stored meanwhile
    if (now) return { cost: now, isFinal: true };
    const usages = usagesOf(readLog(lines));
    const isOver = (await this.stored.glance(callId))?.finishedAt != null;
    if (!usages && isOver) return 'uncounted';
    return { cost: this.prices.costOf(usages ?? [], startedAt.toISOString().slice(0, 10)), isFinal: false };
  }

  async #startOf(callId: string): Promise<Date | undefined> {
    const live = await this.live.get(callId);
    return live ? new Date(live.startedAt) : (await this.stored.get(callId))?.startedAt;
  }
}
