/**
 * How alike two stretches are: 1 the same but for loudness, 0 unrelated, -1 upside down; 0 when one of them is silent.
 * Both must hold `length` samples from their place on.
 */
export function likeness(a: Stretch, b: Stretch, length: number): number {
  let [cross, ofA, ofB] = [0, 0, 0];
  for (let n = 0; n < length; n += 1) {
    const x = a.samples[a.from + n] as number;
    const y = b.samples[b.from + n] as number;
    cross += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA === 0 || ofB === 0 ? 0 : cross / Math.sqrt(ofA * ofB);
}

/** Part of a sound, from a place on. */
export interface Stretch {
  samples: Int16Array;
  from: number;
}

/** Loudness in blocks of `block` samples, from the first whole one on: the root mean square of each. */
export function envelope(samples: Int16Array, block: number, from = 0, to = samples.length): Float32Array {
  const blocks = Math.max(0, Math.floor((to - from) / block));
  const loudness = new Float32Array(blocks);
  for (let at = 0; at < blocks; at += 1) {
    let energy = 0;
    for (let n = from + at * block; n < from + (at + 1) * block; n += 1) energy += (samples[n] ?? 0) ** 2;
    loudness[at] = Math.sqrt(energy / block);
  }
  return loudness;
}

/** Likeness of `pattern` to `track` at each place where it fits, the average taken out of both. */
export function envelopeLikeness(pattern: Float32Array, track: Float32Array): Float32Array {
  const places = track.length - pattern.length + 1;
  if (places <= 0) return new Float32Array(0);
  const centred = withoutMean(pattern);
  const norm = Math.hypot(...centred);
  const scores = new Float32Array(places);
  for (let place = 0; place < places; place += 1) scores[place] = scoreAt(centred, norm, track, place);
  return scores;
}

function scoreAt(centred: Float32Array, norm: number, track: Float32Array, place: number): number {
  let [cross, sum, squares] = [0, 0, 0];
  for (let n = 0; n < centred.length; n += 1) {
    const value = track[place + n] as number;
    cross += (centred[n] as number) * value;
    sum += value;
    squares += value * value;
  }
  const spread = Math.sqrt(Math.max(0, squares - (sum * sum) / centred.length));
  return norm === 0 || spread === 0 ? 0 : cross / (norm * spread);
}

function withoutMean(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return values.map((value) => value - mean);
}
