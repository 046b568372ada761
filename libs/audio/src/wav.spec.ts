import { describe, expect, it } from '@jest/globals';
import { encodeWav, parseWav, WAV_HEADER_BYTES, WavError, wavHeader } from './wav.js';

const left = Int16Array.from([1, -2, 32_767]);
const right = Int16Array.from([-32_768, 5]);
const text = (bytes: Uint8Array, from: number) => String.fromCharCode(...bytes.subarray(from, from + 4));

/** A file of these chunks, as they come. */
function file(...chunks: [tag: string, body: Uint8Array][]): Uint8Array {
  const parts = chunks.flatMap(([tag, body]) => {
    const size = new Uint8Array(Uint32Array.of(body.length).buffer);
    return [Buffer.from(tag), size, body, new Uint8Array(body.length & 1)];
  });
  return Uint8Array.from(Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), ...parts]));
}

const format = (change: { encoding?: number; channels?: number; rateHz?: number; bits?: number } = {}) => {
  const { encoding = 1, channels = 1, rateHz = 8_000, bits = 16 } = change;
  return new Uint8Array(Uint16Array.of(encoding, channels, rateHz, 0, rateHz * 2, 0, 2, bits).buffer);
};

describe('encodeWav', () => {
  it.each([
    ['mono', [left], [[...left]]],
    ['stereo, the shorter channel ending in silence', [left, right], [[...left], [...right, 0]]],
    ['no sound', [new Int16Array()], [[]]],
  ])('is read back as it was: %s', (_name, channels, expected) => {
    const sound = parseWav(encodeWav({ rateHz: 16_000, channels }));
    expect(sound.rateHz).toBe(16_000);
    expect(sound.channels.map((channel) => [...channel])).toEqual(expected);
  });

  it('writes the header that players expect', () => {
    const bytes = encodeWav({ rateHz: 8_000, channels: [left, right] });
    const header = new DataView(bytes.buffer);
    expect([text(bytes, 0), text(bytes, 8), text(bytes, 12), text(bytes, 36)]).toEqual([
      'RIFF',
      'WAVE',
      'fmt ',
      'data',
    ]);
    expect(header.getUint32(4, true)).toBe(bytes.length - 8);
    expect(header.getUint32(28, true)).toBe(32_000); // bytes a second
    expect(header.getUint16(32, true)).toBe(4); // bytes a sample of all channels
    expect(header.getUint32(40, true)).toBe(12);
  });
});

describe('wavHeader', () => {
  it('lets a file be read while it is still written', () => {
    const bytes = new Uint8Array(WAV_HEADER_BYTES + 4);
    bytes.set(wavHeader({ rateHz: 8_000, channels: 1 }));
    bytes.set([1, 0, 2, 0], WAV_HEADER_BYTES);
    expect(parseWav(bytes).channels.map((channel) => [...channel])).toEqual([[1, 2]]);
  });
});

describe('parseWav', () => {
  it('skips chunks that it does not know, of odd length too, and reads from any offset', () => {
    const bytes = file(
      ['LIST', new Uint8Array(3)],
      ['fmt ', format()],
      ['data', Uint8Array.of(7, 0)],
      ['id3 ', new Uint8Array(2)],
    );
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(parseWav(shifted.subarray(1))).toEqual({ rateHz: 8_000, channels: [Int16Array.of(7)] });
  });

  const data: [string, Uint8Array] = ['data', Uint8Array.of(1, 0)];
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /does not start with RIFF/],
    ['another file', Uint8Array.from(Buffer.from('OggS, and then some more')), /does not start with RIFF/],
    ['no format', file(data), /no fmt chunk/],
    ['no sound', file(['fmt ', format()]), /no data chunk/],
    ['a short format', file(['fmt ', new Uint8Array(14)], data), /fmt chunk of 14 bytes/],
    ['µ-law', file(['fmt ', format({ encoding: 7 })], data), /encoding 7/],
    ['24 bits', file(['fmt ', format({ bits: 24 })], data), /24 bits/],
    ['no channel', file(['fmt ', format({ channels: 0 })], data), /0 channels/],
    ['half a sample', file(['fmt ', format()], ['data', new Uint8Array(3)]), /middle of a sample/],
    ['half a pair', file(['fmt ', format({ channels: 2 })], data), /middle of a sample/],
    [
      'a file cut off',
      encodeWav({ rateHz: 8_000, channels: [left] }).subarray(0, -1),
      /cut off: "data" says 6 bytes, 5/,
    ],
  ])('says what is wrong with %s', (_name, bytes, message) => {
    expect(() => parseWav(bytes)).toThrow(WavError);
    expect(() => parseWav(bytes)).toThrow(message);
  });
});
