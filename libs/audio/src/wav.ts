import { OperationalError } from '@app/kernel';
import { bytesToPcm } from './pcm.js';

/** What a WAV file holds: 16-bit linear PCM, one array a channel. */
export interface WavSound {
  rateHz: number;
  channels: readonly Int16Array[];
}

/** Length of the header that `wavHeader` makes. */
export const WAV_HEADER_BYTES = 44;

/** What the header of a stream says of a length that is not known yet; players read on until the end. */
const UNKNOWN_BYTES = 0xffff_ffff;

/** Bytes that cannot be read as the sound that this house writes. */
export class WavError extends OperationalError {
  readonly code = 'audio.wav-unreadable';
  readonly retryable = false;
}

/**
 * The header of a PCM16 file (RIFF, `fmt ` and `data` chunks; Microsoft's "Multimedia Programming Interface and Data
 * Specifications 1.0"). For a file that is still being written leave `dataBytes` out, and write the header again over the
 * first 44 bytes when the length is known.
 */
export function wavHeader(format: { rateHz: number; channels: number; dataBytes?: number }): Uint8Array {
  const { rateHz, channels, dataBytes } = format;
  const header = new DataView(new ArrayBuffer(WAV_HEADER_BYTES));
  writeTag(header, 0, 'RIFF');
  header.setUint32(4, dataBytes === undefined ? UNKNOWN_BYTES : dataBytes + WAV_HEADER_BYTES - 8, true);
  writeTag(header, 8, 'WAVE');
  writeTag(header, 12, 'fmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true); // linear PCM
  header.setUint16(22, channels, true);
  header.setUint32(24, rateHz, true);
  header.setUint32(28, rateHz * channels * 2, true);
  header.setUint16(32, channels * 2, true);
  header.setUint16(34, 16, true);
  writeTag(header, 36, 'data');
  header.setUint32(40, dataBytes ?? UNKNOWN_BYTES, true);
  return new Uint8Array(header.buffer);
}

/** A whole file. Channels that are shorter than the longest end in silence. */
export function encodeWav({ rateHz, channels }: WavSound): Uint8Array {
  const length = Math.max(0, ...channels.map((channel) => channel.length));
  const interleaved = new Int16Array(length * channels.length);
  channels.forEach((channel, at) => {
    for (let n = 0; n < channel.length; n += 1) interleaved[n * channels.length + at] = channel[n] ?? 0;
  });
  const file = new Uint8Array(WAV_HEADER_BYTES + interleaved.byteLength);
  file.set(wavHeader({ rateHz, channels: channels.length, dataBytes: interleaved.byteLength }));
  file.set(new Uint8Array(interleaved.buffer), WAV_HEADER_BYTES);
  return file;
}

/**
 * Reads a file of 16-bit linear PCM with any number of channels; chunks other than `fmt ` and `data` are skipped. A
 * `data` chunk of unknown length (a stream's) reaches to the end.
 *
 * @throws WavError that says what is wrong with it
 */
export function parseWav(bytes: Uint8Array): WavSound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || readTag(view, 0) !== 'RIFF' || readTag(view, 8) !== 'WAVE') {
    throw new WavError('not a WAV file: it does not start with RIFF … WAVE');
  }
  const chunks = chunksOf(view);
  const format = chunks.get('fmt ');
  const data = chunks.get('data');
  if (!format) throw new WavError('no fmt chunk');
  if (!data) throw new WavError('no data chunk');
  const { rateHz, channels } = readFormat(format);
  const sound = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (sound.length % (channels * 2) !== 0) throw new WavError('the sound ends in the middle of a sample');
  return { rateHz, channels: separate(bytesToPcm(sound), channels) };
}

function chunksOf(view: DataView): Map<string, DataView> {
  const chunks = new Map<string, DataView>();
  for (let at = 12; at + 8 <= view.byteLength && !chunks.has('data');) {
    const tag = readTag(view, at);
    const told = view.getUint32(at + 4, true);
    const left = view.byteLength - at - 8;
    const sizeBytes = tag === 'data' && told === UNKNOWN_BYTES ? left : told;
    if (sizeBytes > left) throw new WavError(`cut off: ${JSON.stringify(tag)} says ${told} bytes, ${left} are there`);
    chunks.set(tag, new DataView(view.buffer, view.byteOffset + at + 8, sizeBytes));
    at += 8 + sizeBytes + (sizeBytes & 1);
  }
  return chunks;
}

function readFormat(format: DataView): { rateHz: number; channels: number } {
  if (format.byteLength < 16) throw new WavError(`fmt chunk of ${format.byteLength} bytes, 16 are needed`);
  const encoding = format.getUint16(0, true);
  const channels = format.getUint16(2, true);
  const rateHz = format.getUint32(4, true);
  const bits = format.getUint16(14, true);
  if (encoding !== 1) throw new WavError(`encoding ${encoding} is not linear PCM (1)`);
  if (bits !== 16) throw new WavError(`${bits} bits a sample, only 16 are read`);
  if (channels === 0 || rateHz === 0) throw new WavError(`${channels} channels at ${rateHz} Hz`);
  return { rateHz, channels };
}

function separate(interleaved: Int16Array, channels: number): Int16Array[] {
  if (channels === 1) return [interleaved];
  const length = interleaved.length / channels;
  return Array.from({ length: channels }, (_, at) =>
    Int16Array.from({ length }, (_sample, n) => interleaved[n * channels + at] ?? 0),
  );
}

function writeTag(view: DataView, at: number, tag: string): void {
  for (let n = 0; n < 4; n += 1) view.setUint8(at + n, tag.charCodeAt(n));
}

const readTag = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
