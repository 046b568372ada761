import type { SampleRateHz } from '@app/audio';
import type { IdsAs } from './call-events.js';

/** What a voicebot asks of Ringover, as its streamer's page documents it (reference: ringover.md 5.2). */
export type StreamerCommand =
  | { type: 'stream-audio'; samples: Int16Array; rateHz: SampleRateHz }
  | { type: 'break' }
  | { type: 'digits'; digits: string }
  | { type: 'transfer'; to: string }
  | { type: 'play'; file: string }
  | { type: 'unreadable'; why: string };

/** The documents show digits and numbers without quotes; whether texts are taken too is not known. */
export type NumbersAs = 'number' | 'string' | 'either';

/** The first message of a stream. What it holds is not documented; these names are those of the webhooks. */
export function metadataJson(call: { callId: string; fromNumber: string; toNumber: string }, idsAs: IdsAs): string {
  const callId = idsAs === 'number' ? call.callId : `"${call.callId}"`;
  return `{"call_id":${callId},"from_number":"${call.fromNumber}","to_number":"${call.toNumber}"}`;
}

/** Signed 16 bits, little-endian: what the streamer's binary messages hold. */
export function l16(samples: Int16Array): Buffer {
  const bytes = Buffer.allocUnsafe(samples.length * 2);
  for (let place = 0; place < samples.length; place += 1) bytes.writeInt16LE(samples[place] as number, place * 2);
  return bytes;
}

/** Reads one message of the other side. Never throws: what it cannot read is a finding, told in `why`. */
export function readCommand(message: string, numbersAs: NumbersAs): StreamerCommand {
  const read = parseObject(message);
  if (!read) return unreadable('not a JSON object');
  if (read.type === 'streamAudio') return readAudio(read.data);
  switch (read.event) {
    case 'break':
      return { type: 'break' };
    case 'digits':
      return readNumber(read.data, numbersAs, (digits) => ({ type: 'digits', digits }));
    case 'transfer':
      return readNumber(read.data, numbersAs, (to) => ({ type: 'transfer', to }));
    case 'play':
      return typeof read.file === 'string' ? { type: 'play', file: read.file } : unreadable('play: file is no text');
    default:
      return unreadable(`neither a known type (${String(read.type)}) nor a known event (${String(read.event)})`);
  }
}

const unreadable = (why: string): StreamerCommand => ({ type: 'unreadable', why });

function readAudio(data: unknown): StreamerCommand {
  if (!isObject(data)) return unreadable('streamAudio: data is no object');
  if (data.audioDataType !== 'raw')
    return unreadable(`streamAudio: audioDataType ${String(data.audioDataType)} is not played by the lab`);
  if (data.sampleRate !== 8_000 && data.sampleRate !== 16_000 && data.sampleRate !== 24_000)
    return unreadable(`streamAudio: sampleRate ${String(data.sampleRate)}`);
  if (typeof data.audioData !== 'string') return unreadable('streamAudio: audioData is no text');
  const bytes = Buffer.from(data.audioData, 'base64');
  if (bytes.toString('base64') !== data.audioData) return unreadable('streamAudio: audioData is not base64');
  if (bytes.length === 0 || bytes.length % 2 === 1)
    return unreadable(`streamAudio: ${bytes.length} bytes of 16-bit sound`);
  const samples = new Int16Array(bytes.length / 2);
  for (let place = 0; place < samples.length; place += 1) samples[place] = bytes.readInt16LE(place * 2);
  return { type: 'stream-audio', samples, rateHz: data.sampleRate };
}

function readNumber(data: unknown, as: NumbersAs, command: (digits: string) => StreamerCommand): StreamerCommand {
  const asNumber = typeof data === 'number' && Number.isSafeInteger(data) && data >= 0;
  const asString = typeof data === 'string' && /^\+?[0-9*#]+$/.test(data);
  if ((asNumber && as !== 'string') || (asString && as !== 'number')) return command(String(data));
  return unreadable(`a number was expected as ${as}, not ${JSON.stringify(data)}`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
