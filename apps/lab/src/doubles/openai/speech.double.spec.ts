import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesToPcm } from '@app/audio';
import OpenAI from 'openai';
import { FliteEngine } from '../../engines/flite.engine.js';
import type { Fault } from '../faults.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';

const TEXT = 'Hello there. How can I help you today?';
const USUAL = { model: 'any-tts', voice: 'v', input: TEXT, response_format: 'pcm' } as const;

describe('the double of OpenAI’s voices', () => {
  const flite = new FliteEngine();
  let doubles: ServedDoubles;
  let client: OpenAI;
  beforeAll(async () => {
    doubles = await servedDoubles({ engine: flite });
    client = new OpenAI({ apiKey: 'lab', baseURL: `${doubles.url}/openai/v1`, maxRetries: 0, logLevel: 'off' });
  });
  afterAll(() => doubles.close());

  const blame = (kind: Fault['kind'], status = 500) => doubles.faults.add({ double: 'voice', kind, status, times: 1 });
  const speak = async (asked: Partial<OpenAI.Audio.SpeechCreateParams> = {}) => {
    const headers = { 'X-Client-Request-Id': `${A_CALL}-1` };
    const response = await client.audio.speech.create({ ...USUAL, ...asked }, { headers });
    return bytesToPcm(new Uint8Array(await response.arrayBuffer()));
  };

  it('speaks headless pcm of 24,000 Hz, as their own client reads it', async () => {
    const { samples } = await flite.render('slt', TEXT, 24_000);
    expect(await speak()).toEqual(samples);
  });

  it('writes each piece down by the call in its request’s name', async () => {
    await speak({ input: 'Kept.' });
    expect(doubles.evidence.of(A_CALL)?.pieces.at(-1)).toMatchObject({ text: 'Kept.', rateHz: 24_000 });
  });

  it.each([
    ['a form that it does not make', { response_format: 'mp3' }],
    ['a text that is too long', { input: 'a'.repeat(4_097) }],
    ['no text', { input: '' }],
  ] as const)('refuses %s', async (_, asked) => {
    await expect(speak(asked)).rejects.toMatchObject({ status: 400 });
  });

  it('refuses with the status that it is told to refuse with', async () => {
    blame('status', 503);
    await expect(speak()).rejects.toMatchObject({ status: 503 });
  });

  it('says nothing when its fault is to be empty, and breaks off when it is to half-close', async () => {
    blame('empty');
    expect(await speak()).toHaveLength(0);
    blame('half-close');
    await expect(speak()).rejects.toThrow();
  });
});
