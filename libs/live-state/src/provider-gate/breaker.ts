import type { BreakerState } from '@app/conversation/ports';

export interface BreakerSettings {
  /** So many failures with no answer in between open it. */
  failuresToOpen: number;
  /** At least so long between two probes. Milliseconds. */
  probeEveryMs: number;
  /** A probe that is not heard of for so long is over. Milliseconds. */
  probeLeaseMs: number;
}

export const USUAL_BREAKER: BreakerSettings = { failuresToOpen: 3, probeEveryMs: 1_000, probeLeaseMs: 6_000 };

/** What all processes together know of a provider, as ages on whichever clock. */
export interface SharedHealth {
  failures: number;
  /** Null: it is closed. */
  openForMs: number | null;
  /** Null: nobody got one so far. */
  answeredAgoMs: number | null;
  latencyMs: number | null;
  /** Null: nobody probes. */
  probedForMs: number | null;
}

/** How much the newest answer counts in the average. */
export const NEWEST_COUNTS = 0.2;

/** Whether one provider is asked. Times are on the clock of whoever keeps it, in ms. */
export class Breaker {
  #failures = 0;
  #openedMs: number | undefined;
  #answeredMs: number | undefined;
  #latencyMs: number | null = null;
  #probedMs = -Infinity;
  #probing = false;

  constructor(private readonly settings: BreakerSettings) {}

  get latencyMs(): number | null {
    return this.#latencyMs;
  }

  stateAt(nowMs: number): BreakerState {
    if (this.#openedMs === undefined) return 'closed';
    return this.#isProbed(nowMs) ? 'probing' : 'open';
  }

  /** Since it last answered, or failed for the first time; null while it is closed. */
  downForMs(nowMs: number): number | null {
    return this.#openedMs === undefined ? null : nowMs - Math.max(this.#openedMs, this.#answeredMs ?? -Infinity);
  }

  /** It is back, on trial: the next failure opens it again, the next answer ends the trial. */
  answered(nowMs: number, tookMs: number): void {
    this.#failures = this.#openedMs === undefined ? 0 : this.settings.failuresToOpen - 1;
    this.#openedMs = undefined;
    this.#answeredMs = nowMs;
    this.#probing = false;
    this.#latencyMs = averaged(this.#latencyMs, tookMs);
  }

  failed(nowMs: number): void {
    this.#failures += 1;
    if (this.#failures >= this.settings.failuresToOpen) this.#openedMs ??= nowMs;
  }

  /** It is open, nobody probes it, and nobody has just done so. */
  mayBeProbed(nowMs: number): boolean {
    const isFree = !this.#isProbed(nowMs) && nowMs - this.#probedMs >= this.settings.probeEveryMs;
    return this.#openedMs !== undefined && isFree;
  }

  probeBegan(nowMs: number): void {
    this.#probedMs = nowMs;
    this.#probing = true;
  }

  probeEnded(): void {
    this.#probing = false;
  }

  /** What all processes know takes the place of what this one saw. */
  adopt(shared: SharedHealth, nowMs: number): void {
    this.#failures = shared.failures;
    this.#openedMs = shared.openForMs === null ? undefined : nowMs - shared.openForMs;
    if (shared.answeredAgoMs !== null) this.#answeredMs = nowMs - shared.answeredAgoMs;
    this.#latencyMs = shared.latencyMs;
    this.#probing = shared.probedForMs !== null;
    if (shared.probedForMs !== null) this.#probedMs = nowMs - shared.probedForMs;
  }

  #isProbed(nowMs: number): boolean {
    return this.#probing && nowMs - this.#probedMs < this.settings.probeLeaseMs;
  }
}

const averaged = (soFar: number | null, newest: number): number =>
  soFar === null ? newest : soFar + NEWEST_COUNTS * (newest - soFar);
