import { rms } from '@app/audio';

/** A stretch in which somebody is audible. Ms since the stream began. */
export interface Audible {
  fromMs: number;
  toMs: number;
}

export interface ActivityOptions {
  rateHz: number;
  /** From which loudness on it counts. */
  voicedRms: number;
  /** Pauses shorter than this are part of it. */
  bridgeMs: number;
}

const BLOCK_MS = 10;

/** When a sound is audible, to 10 ms. */
export function audibleStretches(samples: Int16Array, { rateHz, voicedRms, bridgeMs }: ActivityOptions): Audible[] {
  const block = (rateHz * BLOCK_MS) / 1_000;
  const found: Audible[] = [];
  for (let at = 0; at * block < samples.length; at += 1) {
    if (rms(samples.subarray(at * block, (at + 1) * block)) < voicedRms) continue;
    const [fromMs, toMs] = [at * BLOCK_MS, (at + 1) * BLOCK_MS];
    const last = found.at(-1);
    if (last && fromMs - last.toMs < bridgeMs) last.toMs = toMs;
    else found.push({ fromMs, toMs });
  }
  return found;
}
