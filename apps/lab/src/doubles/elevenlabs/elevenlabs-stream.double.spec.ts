import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buffer } from 'node:stream/consumers';
import { bytesToPcm } from '@app/audio';
import { ElevenLabsClient, type ElevenLabs } from '@elevenlabs/elevenlabs-js';
import { FliteEngine } from '../../engines/flite.engine.js';
import type { Fault } from '../faults.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';

const TEXT = 'Hello there. How can I help you today?';
const USUAL = { text: TEXT, modelId: 'eleven_flash_v2_5', outputFormat: 'pcm_8000', languageCode: 'en' } as const;

describe('the double of ElevenLabs’ streamed answers', () => {
  const flite = new FliteEngine();
  let doubles: ServedDoubles;
  let client: ElevenLabsClient;
  beforeAll(async () => {
    doubles = await servedDoubles({ engine: flite });
    client = new ElevenLabsClient({ apiKey: 'lab', baseUrl: `${doubles.url}/elevenlabs`, maxRetries: 0 });
  });
  afterAll(() => doubles.close());

  const blame = (kind: Fault['kind'], status = 500) => doubles.faults.add({ double: 'voice', kind, status, times: 1 });
  const speak = async (asked: Partial<ElevenLabs.StreamTextToSpeechRequest> = {}, by = client) => {
    const headers = { 'X-Client-Request-Id': `${A_CALL}-1` };
    return bytesToPcm(await buffer(await by.textToSpeech.stream('v', { ...USUAL, ...asked }, { headers })));
  };

  it.each([8_000, 16_000, 24_000] as const)('speaks at %d Hz, as their own client reads it', async (rateHz) => {
    const { samples } = await flite.render('slt', TEXT, rateHz);
    expect(await speak({ outputFormat: `pcm_${rateHz}` })).toEqual(samples);
  });

  it('writes each piece down by the call in its request’s name', async () => {
    await speak({ text: 'Kept.' });
    expect(doubles.evidence.of(A_CALL)?.pieces.at(-1)).toMatchObject({ text: 'Kept.', rateHz: 8_000 });
  });

  it('refuses a format that it does not make, and who brings no key', async () => {
    await expect(speak({ outputFormat: 'mp3_44100_128' })).rejects.toMatchObject({ statusCode: 400 });
    const url = `${doubles.url}/elevenlabs/v1/text-to-speech/v/stream?output_format=pcm_8000`;
    expect((await fetch(url, { method: 'POST', body: '{"text":"No."}' })).status).toBe(401);
    const headers = { 'xi-api-key': 'lab' };
    expect((await fetch(url, { method: 'POST', body: '{"text":', headers })).status).toBe(422);
  });

  it('refuses with the status that it is told to refuse with', async () => {
    blame('status', 429);
    await expect(speak()).rejects.toMatchObject({ statusCode: 429 });
  });

  it('says nothing when its fault is to be empty, and breaks off when it is to half-close', async () => {
    blame('empty');
    expect(await speak()).toHaveLength(0);
    blame('half-close');
    await expect(speak()).rejects.toThrow();
  });
});
