import { describe, expect, it } from '@jest/globals';
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711.js';

const CODES = Uint8Array.from({ length: 256 }, (_, code) => code);
const SAMPLES = Int16Array.from({ length: 65_536 }, (_, n) => n - 32_768);

const laws = [
  {
    name: 'µ-law',
    decode: decodeMulaw,
    encode: encodeMulaw,
    levels: { 0x00: -32_124, 0x80: 32_124, 0xff: 0, 0xef: 132, 0x6f: -132 },
  },
  {
    name: 'A-law',
    decode: decodeAlaw,
    encode: encodeAlaw,
    levels: { 0x2a: -32_256, 0xaa: 32_256, 0xd5: 8, 0x55: -8, 0xf5: 528 },
  },
] as const;

describe.each(laws)('$name', ({ decode, encode, levels }) => {
  const all = decode(CODES, new Int16Array(256));

  it.each(Object.entries(levels))('puts code %s at the level of ITU-T G.711', (code, level) => {
    expect(all[Number(code)]).toBe(level);
  });

  it('gives every level back the code that it came from', () => {
    const codes = encode(all, new Uint8Array(256));
    expect([...decode(codes, new Int16Array(256))]).toEqual([...all]); // µ-law has two codes for zero
  });

  it('gives every sample a level within half a step of it, but for clipping, and none out of order', () => {
    const heard = decode(encode(SAMPLES, new Uint8Array(SAMPLES.length)), new Int16Array(SAMPLES.length));
    const levels = [...new Set(all)].sort((a, b) => a - b);
    const far = [...SAMPLES].filter((sample, n) => {
      const at = levels.indexOf(heard[n] ?? NaN);
      const outward = Math.abs((levels[at + (sample < 0 ? -1 : 1)] ?? Infinity) - (levels[at] ?? NaN));
      return !(Math.abs((levels[at] ?? NaN) - sample) <= outward / 2 + 4); // the law sees only 14 or 13 of the 16 bits
    });
    expect(far).toEqual([]);
    expect([...heard]).toEqual([...heard].sort((a, b) => a - b));
  });

  it('refuses a target that is too small', () => {
    expect(() => decode(CODES, new Int16Array(255))).toThrow(RangeError);
    expect(() => encode(SAMPLES, new Uint8Array(255))).toThrow(RangeError);
  });

  it('leaves the rest of a larger target alone', () => {
    expect([...decode(CODES.subarray(0, 1), new Int16Array([7, 7]))]).toEqual([all[0], 7]);
  });
});
