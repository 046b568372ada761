import { pcmToBase64, type SampleRateHz } from '@app/audio';
import { CarrierError } from '@app/conversation/ports';
import { z } from 'zod';
import { parseLossless } from './lossless-json.js';

/**
 * The text messages of a Ringover stream. What goes to Ringover is documented (github.com/ringover/ringover-streamer,
 * README, 2025-03-20); that sound goes under `type` and all else under `event` is theirs. What comes from Ringover is not.
 */

/** How digits and numbers are written in JSON: their README shows numbers; whether texts are taken is not known. */
export type NumbersAs = 'number' | 'string';

/** A `streamAudio` message as UTF-8; all of it but the sound is the same for a whole line, so it is made once. */
export function streamAudio(rateHz: SampleRateHz): (samples: Int16Array) => Buffer {
  const before = Buffer.from(
    `{"type":"streamAudio","data":{"audioDataType":"raw","sampleRate":${rateHz},"audioData":"`,
  );
  const after = Buffer.from('"}}');
  return (samples) => {
    const sound = pcmToBase64(samples);
    const message = Buffer.allocUnsafe(before.length + sound.length + after.length);
    before.copy(message);
    message.write(sound, before.length, 'latin1'); // a text put together as a text is copied twice more on its way
    after.copy(message, before.length + sound.length);
    return message;
  };
}

/** Drops what is being played. */
export const BREAK = '{"event":"break"}';

/** Plays a file to the caller. */
export const playMessage = (fileUrl: string): string => JSON.stringify({ event: 'play', file: fileUrl });

/** @throws CarrierError `cannot` for anything but 0-9, * and #, and for what a number cannot express */
export function digitsMessage(digits: string, as: NumbersAs): string {
  if (!/^[\d*#]+$/.test(digits)) throw new CarrierError('ringover', 'cannot', { detail: 'not DTMF digits' });
  if (as === 'string') return JSON.stringify({ event: 'digits', data: digits });
  const data = Number(digits);
  if (!Number.isSafeInteger(data) || String(data) !== digits) {
    throw new CarrierError('ringover', 'cannot', { detail: 'digits that a number cannot express' });
  }
  return JSON.stringify({ event: 'digits', data });
}

/** @param to E.164, with `+` @throws CarrierError `cannot` for anything else */
export function transferMessage(to: string, as: NumbersAs): string {
  if (!/^\+[1-9]\d{4,14}$/.test(to)) throw new CarrierError('ringover', 'cannot', { detail: 'not an E.164 number' });
  const digits = to.slice(1);
  return JSON.stringify({ event: 'transfer', data: as === 'number' ? Number(digits) : digits });
}

/** A text message of the carrier: digits that the caller pressed, some other JSON, or words that are no JSON. */
export type StreamText =
  { type: 'digits'; digits: string } | { type: 'json'; value: unknown } | { type: 'opaque'; text: string };

const PRESSED = z.union([z.string(), z.int().transform(String)]).pipe(z.string().regex(/^[\dA-D*#]{1,32}$/i));
const NAMED = { digit: PRESSED.optional(), digits: PRESSED.optional(), dtmf: PRESSED.optional() };
/** Inferred: nothing public says how (or whether) pressed digits come; these are the shapes of its own messages. */
const DIGITS = z.object({
  ...NAMED,
  event: z.string().optional(),
  type: z.string().optional(),
  data: z.union([PRESSED, z.object(NAMED)]).optional(),
});

/** Never throws. */
export function readStreamText(text: string): StreamText {
  const value = readJson(text);
  if (value === undefined) return { type: 'opaque', text };
  const digits = readDigits(value);
  return digits === undefined ? { type: 'json', value } : { type: 'digits', digits };
}

function readJson(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined; // no value of JSON is undefined
  }
}

function readDigits(value: unknown): string | undefined {
  const message = DIGITS.safeParse(value).data;
  if (!message || !/^(dtmf|digits?)$/i.test(message.event ?? message.type ?? '')) return undefined;
  const from = typeof message.data === 'string' ? { digits: message.data } : { ...message, ...message.data };
  return (from.digits ?? from.digit ?? from.dtmf)?.toUpperCase();
}
