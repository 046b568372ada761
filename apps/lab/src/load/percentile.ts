/**
 * The smallest of the values that at least this share of them does not exceed (nearest rank): a value that was measured,
 * never one in between. Undefined when there are none.
 *
 * @param share above 0, up to 1
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export const median = (values: readonly number[]): number | undefined => percentile(values, 0.5);
