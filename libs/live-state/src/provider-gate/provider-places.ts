import type { ProviderUse } from '@app/conversation/ports';

/** What a provider's account bears, over all processes; absent: as much as is asked. */
export interface ProviderLimits {
  atOnce?: number;
  perMinute?: number;
}

/** What is left free of a limit for callers who wait. */
const FOR_TURNS = 0.2;
const MINUTE_MS = 60_000;

/** How many ask one provider at once and in a minute, as far as this process knows. */
export class ProviderPlaces {
  inUse = 0;
  /** Told by the other processes. */
  elsewhere = { inUse: 0, inMinute: 0 };
  #minute = -1;
  #inMinute = 0;

  constructor(private readonly limits: ProviderLimits) {}

  /** Takes a place. Nothing is refused to the last resort. */
  take(use: ProviderUse, nowMs: number): boolean {
    const { atOnce = Infinity, perMinute = Infinity } = this.limits;
    const share = use === 'after-call' ? 1 - FOR_TURNS : 1;
    const isFull = this.inUse + this.elsewhere.inUse >= atOnce * share;
    const isFast = this.inMinuteAt(nowMs) + this.elsewhere.inMinute >= perMinute * share;
    if ((isFull || isFast) && use !== 'last-resort') return false;
    this.inUse += 1;
    this.#inMinute += 1;
    return true;
  }

  giveBack(): void {
    this.inUse -= 1;
  }

  /** Asked by this process in the minute that runs. */
  inMinuteAt(nowMs: number): number {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      [this.#minute, this.#inMinute] = [minute, 0];
      this.elsewhere = { ...this.elsewhere, inMinute: 0 };
    }
    return this.#inMinute;
  }
}
