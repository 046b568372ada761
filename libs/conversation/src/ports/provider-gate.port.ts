import type { ProviderStage } from './provider-switch.js';

/** One model of a vendor at one address: what fails and heals together, whoever asks it. */
export interface GatedProvider {
  stage: ProviderStage;
  /** `vendor/model`. */
  name: string;
  /** Where it is reached: the vendor's region, or a machine of one's own. */
  host: string;
}

/** `turn`: a caller waits. `after-call`: nobody does; it leaves room for those that do. `last-resort`: nobody else is left to be asked. */
export type ProviderUse = 'turn' | 'after-call' | 'last-resort';

/** `closed`: it is asked. `open`: it failed, and nobody asks it. `probing`: one of all processes tries whether it is back. */
export type BreakerState = 'closed' | 'open' | 'probing';

/** The right to ask a provider once. What is told of it counts for all processes. */
export interface ProviderPass {
  /** The first of its answer came, so many ms after it was asked. */
  answered(tookMs: number): void;
  /** It failed, or was so slow that somebody else was asked. */
  failed(): void;
  /** Gives its place back. What was told neither way was given up by us, and says nothing of it. Twice is once. */
  leave(): void;
}

export interface ProviderHealth {
  state: BreakerState;
  /** To the first of an answer: a moving average over all processes; null before there was any. */
  latencyMs: number | null;
  /** Asked now, by this process. */
  inUse: number;
  /** For how long nobody got an answer; null while it is closed. */
  downForMs: number | null;
}

/**
 * Who may be asked now, over all calls and processes: a breaker, a rate and a number at once for each provider. Decides
 * from memory, so that no turn waits for it; one that lost sight of the other processes goes by what it sees itself.
 */
export interface ProviderGate {
  /** Undefined: it is down, or has no place now. */
  enter(provider: GatedProvider, use: ProviderUse): ProviderPass | undefined;

  /**
   * Resolves to the right to try one that is down: one try at a time and at most one a second in all processes. Undefined:
   * somebody else tries, or just did. Never rejects. Whoever asks has somebody else answer meanwhile.
   */
  probe(provider: GatedProvider): Promise<ProviderPass | undefined>;

  health(provider: GatedProvider): ProviderHealth;
}
