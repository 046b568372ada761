/**
 * G.711: telephone sound in eight bits a sample. Each direction is one table look-up; the tables are built once, when
 * this file is loaded, from the rules of ITU-T G.711 as the reference coder of ITU-T G.191 (STL) states them.
 */

/** Decodes µ-law into `target`, which holds at least as many samples as there are bytes; returns `target`. */
export const decodeMulaw = (bytes: Uint8Array, target: Int16Array): Int16Array => decode(MULAW, bytes, target);

/** Encodes into `target`, which holds at least as many bytes as there are samples; returns `target`. */
export const encodeMulaw = (samples: Int16Array, target: Uint8Array): Uint8Array => encode(MULAW, samples, target);

/** Decodes A-law into `target`, which holds at least as many samples as there are bytes; returns `target`. */
export const decodeAlaw = (bytes: Uint8Array, target: Int16Array): Int16Array => decode(ALAW, bytes, target);

/** Encodes into `target`, which holds at least as many bytes as there are samples; returns `target`. */
export const encodeAlaw = (samples: Int16Array, target: Uint8Array): Uint8Array => encode(ALAW, samples, target);

/** One of the two laws: the level of each of its 256 codes, and the code of each of the 65,536 samples. */
interface Law {
  levels: Int16Array;
  codes: Uint8Array;
}

const MULAW = law(mulawLevel, mulawCode);
const ALAW = law(alawLevel, alawCode);

function law(levelOf: (code: number) => number, codeOf: (sample: number) => number): Law {
  const codes = new Uint8Array(65_536);
  for (let sample = -32_768; sample <= 32_767; sample += 1) codes[sample & 0xffff] = codeOf(sample);
  return { levels: Int16Array.from({ length: 256 }, (_, code) => levelOf(code)), codes };
}

function decode({ levels }: Law, bytes: Uint8Array, target: Int16Array): Int16Array {
  if (target.length < bytes.length) throw new RangeError('no room for the decoded sound');
  for (let n = 0; n < bytes.length; n += 1) target[n] = levels[bytes[n] ?? 0] ?? 0;
  return target;
}

function encode({ codes }: Law, samples: Int16Array, target: Uint8Array): Uint8Array {
  if (target.length < samples.length) throw new RangeError('no room for the encoded sound');
  for (let n = 0; n < samples.length; n += 1) target[n] = codes[(samples[n] ?? 0) & 0xffff] ?? 0;
  return target;
}

/** 14 significant bits: a bias of 33, eight segments of 16 steps, all bits inverted on the wire. */
function mulawLevel(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 1) + 33) << ((bits >> 4) & 7)) - 33;
  return (bits & 0x80 ? -magnitude : magnitude) << 2;
}

function mulawCode(sample: number): number {
  const magnitude = Math.min(0x1fff, ((sample < 0 ? ~sample : sample) >> 2) + 33);
  const segment = 26 - Math.clz32(magnitude); // 33 is the lowest magnitude, so the segment is 0 to 7
  const bits = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0f);
  return ~(sample < 0 ? bits | 0x80 : bits) & 0xff;
}

/** 13 significant bits: eight segments of 16 steps, the lowest two of one size, every other bit inverted on the wire. */
function alawLevel(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8; // the middle of the step
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

function alawCode(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const bits = (segment << 4) | ((segment === 0 ? magnitude : magnitude >> (segment - 1)) & 0x0f);
  return (sample < 0 ? bits : bits | 0x80) ^ 0x55;
}
