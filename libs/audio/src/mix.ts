/**
 * Adds `source` to `target` from `offset` (in samples) on, clipping at full scale. What would fall outside of `target`
 * is left out.
 */
export function mixInto(target: Int16Array, source: Int16Array, offset = 0): void {
  const end = Math.min(target.length, offset + source.length);
  for (let n = Math.max(0, offset); n < end; n += 1) {
    const sum = (target[n] ?? 0) + (source[n - offset] ?? 0);
    target[n] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : sum;
  }
}
