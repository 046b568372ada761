import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parseWav, type SampleRateHz, WavError } from '@app/audio';
import { z } from 'zod';

const MOST_BYTES = 25_000_000; // theirs
const LEAST_MS = 100;

const asked = z.object({
  model: z.string().min(1),
  language: z.string().length(2).optional(),
  'languages[]': z.string().length(2).optional(),
  response_format: z.enum(['json', 'text']).default('json'),
  stream: z.stringbool().default(false),
});

export interface AskedTranscription {
  model: string;
  language: string;
  asText: boolean;
  streams: boolean;
  samples: Int16Array;
  rateHz: SampleRateHz;
}

/** A form with a file as theirs takes it, or what is wrong with it. */
export async function readTranscription(request: IncomingMessage): Promise<AskedTranscription | string> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return 'Maximum content size limit exceeded';
  const form = await formOf(request);
  const file = form?.get('file');
  if (!form || !(file instanceof File)) return 'file: Field required';
  const read = asked.safeParse(Object.fromEntries(form));
  if (!read.success) return z.prettifyError(read.error);
  const sound = soundOf(new Uint8Array(await file.arrayBuffer()));
  if (typeof sound === 'string') return sound;
  const { model, language, response_format, stream, 'languages[]': first } = read.data;
  if (form.has('languages[]') && !model.startsWith('gpt-transcribe')) return `languages is not supported by ${model}`;
  const streams = stream && model !== 'whisper-1'; // it ignores it
  return { model, language: language ?? first ?? 'en', asText: response_format === 'text', streams, ...sound };
}

async function formOf(request: IncomingMessage): Promise<FormData | undefined> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  try {
    return await new Response(new Uint8Array(await buffer(request)), { headers }).formData();
  } catch {
    return undefined; // it is no form
  }
}

function soundOf(bytes: Uint8Array): { samples: Int16Array; rateHz: SampleRateHz } | string {
  try {
    const { channels, rateHz } = parseWav(bytes);
    const samples = channels[0] ?? new Int16Array();
    if (rateHz !== 8_000 && rateHz !== 16_000 && rateHz !== 24_000) return 'the lab knows 8, 16 and 24 kHz';
    if (samples.length < (rateHz * LEAST_MS) / 1_000)
      return 'Audio file is too short. Minimum audio length is 0.1 seconds.';
    return { samples, rateHz };
  } catch (error) {
    if (error instanceof WavError) return 'Audio file might be corrupted or unsupported';
    throw error;
  }
}
