import type { ModelUsage } from './model-usage.js';

/** Why what a provider gave was of no use: another one answered instead (or heard it again), or it broke off. */
export type UsageLoss = 'second' | 'broken';

interface OfProvider {
  /** `vendor/model`: who was really asked. */
  provider: string;
  /** Absent: it was what the call went on with, as far as the provider's side knows. */
  lost?: UsageLoss;
}

/**
 * What was used of a provider, once for each that was asked. A phrase that was rendered before is no use of anybody.
 *
 * A model: `tokens` null when nobody told, and nothing could be reckoned; `estimated` when they are reckoned from lengths
 * because the answer was stopped before its usage came. A voice: `characters` as they were sent, figures spelled out,
 * and the sound that came of them. A recogniser: the sound that was sent to it since it was last told.
 */
export type ProviderUsage =
  | (OfProvider & { stage: 'model'; tokens: ModelUsage | null; estimated?: boolean })
  | (OfProvider & { stage: 'voice'; characters: number; soundMs: number })
  | (OfProvider & { stage: 'recogniser'; soundMs: number });

/**
 * What was paid for nothing: an answer to words that went on after all, sound that the caller never heard, who was asked
 * beside or after another, what broke off.
 */
export const USAGE_WASTES = ['speculation', 'unheard', 'second', 'broken'] as const;
export type UsageWaste = (typeof USAGE_WASTES)[number];

/** A use with its place in the call; one that was partly wasted is two. */
export interface CallUsage {
  /** The turn that it served; 0 for the greeting. */
  turn: number;
  agentId: string;
  usage: ProviderUsage;
  /** Null: it served. */
  waste: UsageWaste | null;
}
