import type { PriceKnowledge, ProviderStage } from '@app/conversation/ports';

/** US dollars for a million of each. What is left out costs as much as `input`. */
export interface TokenRate {
  input: number;
  cachedInput?: number;
  /** Put into the vendor's cache. */
  writtenInput?: number;
  output: number;
  /** Of sound; a model that hears and speaks has no price without it. */
  audio?: { input: number; cachedInput: number; output: number };
}

/** US dollars: for tokens, for a thousand characters that are spoken, or for a minute of sound that is heard or made. */
export type Rate = { perMillionTokens: TokenRate } | { perThousandCharacters: number } | { perMinute: number };

/** What a provider costs, from one day on, and how that is known. */
export interface Price {
  stage: ProviderStage;
  /** `vendor/model`; dated variants (`-2026-11-21`) cost the same, and a star at the end takes every name that begins so. */
  provider: string;
  rate: Rate;
  /** The first day of it, `YYYY-MM-DD`; without it, any day before another one begins. */
  from?: string;
  /** The first day on which it is not known to hold any more. */
  until?: string;
  /** When it was read, or said to hold; null: not told. */
  date: string | null;
  knownFrom: PriceKnowledge;
  source: string;
}
