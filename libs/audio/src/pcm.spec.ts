import { describe, expect, it } from '@jest/globals';
import { base64ToPcm, bytesToPcm, pcmToBase64, pcmToBytes } from './pcm.js';

describe('PCM as bytes', () => {
  it('puts the least significant byte first', () => {
    expect([...pcmToBytes(new Int16Array([0x0102, -2]))]).toEqual([0x02, 0x01, 0xfe, 0xff]);
  });

  it('copies, so that the samples may be used again', () => {
    const samples = new Int16Array([1, 2]);
    const bytes = pcmToBytes(samples.subarray(1));
    samples.fill(9);
    expect([...bytes]).toEqual([2, 0]);
  });

  it('reads bytes that start at an odd offset', () => {
    const bytes = Uint8Array.from([99, 0x02, 0x01, 0xfe, 0xff]).subarray(1);
    expect([...bytesToPcm(bytes)]).toEqual([0x0102, -2]);
  });

  it('drops half a sample at the end', () => {
    expect([...bytesToPcm(Uint8Array.from([0x02, 0x01, 0xfe]))]).toEqual([0x0102]);
    expect(bytesToPcm(Uint8Array.from([1]))).toHaveLength(0);
    expect(bytesToPcm(new Uint8Array())).toHaveLength(0);
  });

  it('goes through base64 and back, from the middle of an array too', () => {
    const samples = Int16Array.from({ length: 161 }, (_, n) => n * 199 - 16_000).subarray(1);
    expect([...base64ToPcm(pcmToBase64(samples))]).toEqual([...samples]);
  });

  it('survives base64 that is none', () => {
    expect(base64ToPcm('')).toHaveLength(0);
    expect(base64ToPcm('§§§')).toHaveLength(0);
  });
});
