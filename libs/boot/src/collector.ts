import { setFlagsFromString } from 'node:v8';

/** Of what is alive: V8's own upper bound (`kMaxHeapGrowingFactor` 4), which it would use for a collector that costs nothing. */
const GROWS_BY_PERCENT = 300;

/**
 * This process takes memory rather than time: the collector looks through all that is alive when there is four times as
 * much, buffers included. Left to itself V8 does that at each third more, or at 64 MB more of buffers, which is every
 * second or two under many calls.
 */
export function collectSeldom(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWS_BY_PERCENT}`);
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
