import type { GatedProvider, ProviderGate, ProviderHealth, ProviderPass, ProviderUse } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { Breaker, type BreakerSettings, USUAL_BREAKER } from './breaker.js';
import { type ProviderLimits, ProviderPlaces } from './provider-places.js';

export interface ProviderGateSettings extends Partial<BreakerSettings> {
  limitsOf?: (provider: GatedProvider) => ProviderLimits;
}

/** What came of one question; a probe that was given up has no news of the provider. */
export type ProviderNews =
  | { type: 'answered'; tookMs: number; probe: boolean }
  | { type: 'failed'; probe: boolean }
  | { type: 'probe-given-up' };

/** One provider, as this process knows it. */
export interface GateRecord {
  provider: GatedProvider;
  breaker: Breaker;
  places: ProviderPlaces;
  usedMs: number;
}

/** The gate of one process: for programs that are alone, and for a node that lost sight of the others. */
export class LocalProviderGate implements ProviderGate {
  readonly #records = new Map<string, GateRecord>();
  readonly #breakerSettings: BreakerSettings;

  /** @param onNews told after this process has taken note of it */
  constructor(
    private readonly clock: Clock,
    private readonly settings: ProviderGateSettings = {},
    private readonly onNews: (record: GateRecord, news: ProviderNews) => void = () => undefined,
  ) {
    this.#breakerSettings = { ...USUAL_BREAKER, ...settings };
  }

  enter(provider: GatedProvider, use: ProviderUse): ProviderPass | undefined {
    const record = this.recordOf(provider);
    const nowMs = this.clock.nowMs();
    record.usedMs = nowMs;
    if (use !== 'last-resort' && record.breaker.stateAt(nowMs) !== 'closed') return undefined;
    return record.places.take(use, nowMs) ? this.#passTo(record, false) : undefined;
  }

  probe(provider: GatedProvider): Promise<ProviderPass | undefined> {
    return Promise.resolve(this.probeNow(provider));
  }

  /** The same, at once. */
  probeNow(provider: GatedProvider): ProviderPass | undefined {
    const record = this.recordOf(provider);
    return record.breaker.mayBeProbed(this.clock.nowMs()) ? this.passToProbe(record) : undefined;
  }

  /** For whoever was given the right to probe. */
  passToProbe(record: GateRecord): ProviderPass {
    record.breaker.probeBegan(this.clock.nowMs());
    record.places.take('last-resort', this.clock.nowMs());
    return this.#passTo(record, true);
  }

  health(provider: GatedProvider): ProviderHealth {
    const { breaker, places } = this.recordOf(provider);
    const nowMs = this.clock.nowMs();
    const { latencyMs } = breaker;
    return {
      state: breaker.stateAt(nowMs),
      latencyMs: latencyMs === null ? null : Math.round(latencyMs),
      inUse: places.inUse,
      downForMs: breaker.downForMs(nowMs),
    };
  }

  recordOf(provider: GatedProvider): GateRecord {
    const key = keyOf(provider);
    const known = this.#records.get(key);
    if (known) return known;
    const places = new ProviderPlaces(this.settings.limitsOf?.(provider) ?? {});
    const record = { provider, breaker: new Breaker(this.#breakerSettings), places, usedMs: this.clock.nowMs() };
    this.#records.set(key, record);
    return record;
  }

  /** Providers that were asked since then. */
  usedSince(sinceMs: number): GateRecord[] {
    return [...this.#records.values()].filter(({ usedMs, places }) => usedMs >= sinceMs || places.inUse > 0);
  }

  #passTo(record: GateRecord, probe: boolean): ProviderPass {
    const { breaker, places } = record;
    let state: 'asked' | 'told' | 'left' = 'asked';
    const tell = (news: ProviderNews) => {
      if (probe) breaker.probeEnded();
      this.onNews(record, news);
    };
    return {
      answered: (tookMs) => {
        if (state !== 'asked') return;
        state = 'told';
        breaker.answered(this.clock.nowMs(), tookMs);
        tell({ type: 'answered', tookMs, probe });
      },
      failed: () => {
        if (state === 'left') return;
        const isNews = state === 'asked';
        state = 'told';
        breaker.failed(this.clock.nowMs());
        tell({ type: 'failed', probe: probe && isNews });
      },
      leave: () => {
        if (state === 'left') return;
        if (state === 'asked' && probe) tell({ type: 'probe-given-up' });
        state = 'left';
        places.giveBack();
      },
    };
  }
}

export const keyOf = ({ stage, name, host }: GatedProvider): string => `${stage}:${name}@${host}`;
