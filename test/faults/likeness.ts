import { rms } from '@app/audio';
import { systemClock } from '@app/kernel';

const STRETCH = 2_400;
const VOICED_RMS = 400;
/** Every third sample tells enough, and a search takes a third of the time. */
const STEP = 3;

/**
 * How well stretches of 300 ms (at 8 kHz) of what was said are found again in what came of it: 0 to 1 for each stretch
 * with a voice in it, at its best place there, however loud it came. Between two searches, what waits in this process goes on.
 */
export async function likeness(said: Int16Array, came: Int16Array): Promise<number[]> {
  const stretches: number[] = [];
  for (let from = 0; from + STRETCH <= said.length; from += STRETCH) {
    const stretch = said.subarray(from, from + STRETCH);
    if (rms(stretch) <= VOICED_RMS) continue;
    await systemClock.sleep(30);
    stretches.push(bestMatch(stretch, came));
  }
  return stretches;
}

/** Normalised cross-correlation, the highest of all places. */
function bestMatch(stretch: Int16Array, came: Int16Array): number {
  let best = 0;
  for (let at = 0; at + stretch.length <= came.length; at += 1) best = Math.max(best, match(stretch, came, at));
  return best;
}

function match(stretch: Int16Array, came: Int16Array, at: number): number {
  let product = 0;
  let there = 0;
  let here = 0;
  for (let n = 0; n < stretch.length; n += STEP) {
    const one = stretch[n] ?? 0;
    const other = came[at + n] ?? 0;
    product += one * other;
    there += other * other;
    here += one * one;
  }
  return there === 0 ? 0 : product / Math.sqrt(here * there);
}
