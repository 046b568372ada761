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
    edges: {
      0xff: [0, 3],
      0xfe: [4, 11],
      0x7f: [-1, -4],
      0x7e: [-5, -12],
      0x80: [31_612, 32_767],
      0x00: [-31_613, -32_768],
    },
  },
  {
    name: 'A-law',
    decode: decodeAlaw,
    encode: encodeAlaw,
    levels: { 0x2a: -32_256, 0xaa: 32_256, 0xd5: 8, 0x55: -8, 0xf5: 528 },
    edges: {
      0xd5: [0, 15],
      0xd4: [16, 31],
      0x55: [-1, -16],
      0x54: [-17, -32],
      0xaa: [31_744, 32_767],
      0x2a: [-31_745, -32_768],
    },
  },
] as const;

describe.each(laws)('$name', ({ decode, encode, levels, edges }) => {
  const all = decode(CODES, new Int16Array(256));

  it.each(Object.entries(levels))('puts code %s at the level of ITU-T G.711', (code, level) => {
    expect(all[Number(code)]).toBe(level);
  });

  it.each(Object.entries(edges))('takes code %s for just the samples from %j', (code, [nearest, furthest]) => {
    const outside = furthest < 0 ? nearest + 1 : nearest - 1;
    const [inner, outer, other] = encode(Int16Array.of(nearest, furthest, outside), new Uint8Array(3));
    expect([inner, outer]).toEqual([Number(code), Number(code)]);
    expect(other).not.toBe(Number(code));
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
