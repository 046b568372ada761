/** What one answer of a model used, in its vendor's tokens. */
export interface ModelUsage {
  /** All of them: what the cache held, and sound, are parts of it. */
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  /** Parts of `inputTokens` that were put into the provider's cache, where it counts (and charges) them apart. */
  writtenInputTokens?: number;
  /** Parts of the tokens above that are sound; of a model that hears and speaks. */
  audio?: { inputTokens: number; cachedInputTokens: number; outputTokens: number };
}
