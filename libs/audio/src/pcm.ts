// Sound as bytes: 16-bit linear PCM, least significant byte first ("L16" of the telephony sockets, WAV's data). The
// platforms that the voice detector's runtime exists for (x64, arm64) keep samples in memory in the same order.

/** The samples as bytes; a copy, so that the samples may be used again while the bytes wait in a socket. */
export const pcmToBytes = (samples: Int16Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength).slice();

/** The bytes as samples; a copy, from any offset. Half a sample at the end is dropped. */
export function bytesToPcm(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length >> 1);
  const whole = bytes.length & 1 ? bytes.subarray(0, -1) : bytes;
  new Uint8Array(samples.buffer).set(whole);
  return samples;
}

export const pcmToBase64 = (samples: Int16Array): string =>
  Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');

/** Reads what `pcmToBase64` wrote; characters that are not of base64 are skipped, as RFC 2045 §6.8 has it. */
export const base64ToPcm = (text: string): Int16Array => bytesToPcm(Buffer.from(text, 'base64'));
