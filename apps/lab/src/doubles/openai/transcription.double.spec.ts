import { encodeWav } from '@app/audio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI, { toFile } from 'openai';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';

describe('the double of OpenAI’s transcription', () => {
  let doubles: ServedDoubles;
  let client: OpenAI;
  beforeAll(async () => {
    doubles = await servedDoubles();
    client = new OpenAI({ apiKey: 'lab', baseURL: `${doubles.url}/openai/v1`, maxRetries: 0 });
  });
  afterAll(() => doubles.close());
  beforeEach(() => fetch(`${doubles.url}/lab/calls/${A_CALL}`, { method: 'DELETE' }));

  const script = (...lines: object[]) =>
    fetch(`${doubles.url}/lab/calls/${A_CALL}/script`, { method: 'PUT', body: JSON.stringify({ lines }) });
  const fault = (kind: string, status?: number) =>
    fetch(`${doubles.url}/lab/faults`, {
      method: 'POST',
      body: JSON.stringify({ double: 'recogniser', kind, status }),
    });
  const headers = (n = 1) => ({ headers: { 'X-Client-Request-Id': `${A_CALL}/ear-${n}` } });
  const file = (lengthMs: number) => toFile(wav(lengthMs), 'a.wav', { type: 'audio/wav' });

  it('understands one file after the other, to OpenAI’s own client', async () => {
    await script({ text: 'Yes please.', lengthMs: 500, startMs: 90_000 }, { text: 'Is it open?', lengthMs: 500 });
    const ask = async (n: number) =>
      client.audio.transcriptions.create({ file: await file(600), model: 'whisper-1' }, headers(n));
    expect(await ask(1)).toMatchObject({ text: 'Yes please.' });
    expect(await ask(2)).toMatchObject({ text: 'Is it open?' });
    const evidence: unknown = await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json();
    expect(evidence).toMatchObject({ recogniser: 'script', recognised: [{ startMs: 0 }, { startMs: 600 }] });
  });

  it('streams what it understood, but for Whisper', async () => {
    const other = { headers: { 'X-Client-Request-Id': '1a1b2c3d-0000-4000-8000-0123456789ab/1' } };
    await fetch(`${doubles.url}/lab/calls/1a1b2c3d-0000-4000-8000-0123456789ab/script`, {
      method: 'PUT',
      body: JSON.stringify({ lines: [{ text: 'A table, please.', lengthMs: 500 }] }),
    });
    const stream = await client.audio.transcriptions.create(
      { file: await file(600), model: 'gpt-transcribe', languages: ['en'], keywords: ['table'], stream: true },
      other,
    );
    const told: string[] = [];
    for await (const event of stream) told.push('delta' in event ? event.delta : event.type);
    expect(told).toEqual(['A ', 'table, ', 'please.', 'transcript.text.done']);
  });

  it.each([
    ['sound that is too short', async () => ({ file: await file(90), model: 'whisper-1' }), 'too short'],
    ['what is no sound', async () => ({ file: await toFile(Buffer.from('hello'), 'a.wav'), model: 'whisper-1' }), 'corrupted'],
    ['several languages for Whisper', async () => ({ file: await file(600), model: 'whisper-1', languages: ['en'] }), 'languages'],
  ])('refuses %s', async (_, body, why) => {
    await expect(client.audio.transcriptions.create(await body(), headers())).rejects.toThrow(why);
  }); // prettier-ignore

  it('lets nobody in without a key', async () => {
    const answer = await fetch(`${doubles.url}/openai/v1/audio/transcriptions`, { method: 'POST' });
    expect(answer.status).toBe(401);
  });

  it.each([
    ['status', 'Rate limit'],
    ['half-close', 'terminated'],
    ['malformed', 'JSON'],
  ])('shows the fault %s', async (kind, why) => {
    await fault(kind, 429);
    const asking = client.audio.transcriptions.create({ file: await file(600), model: 'whisper-1' }, headers());
    await expect(asking).rejects.toThrow(why);
  });

  it('understands nothing when it is told to', async () => {
    await fault('empty');
    await script({ text: 'Hello.', lengthMs: 500 });
    const told = await client.audio.transcriptions.create({ file: await file(600), model: 'whisper-1' }, headers());
    expect(told.text).toBe('');
  });
});

function wav(lengthMs: number): Uint8Array {
  const samples = Int16Array.from({ length: lengthMs * 8 }, (_, at) => (at % 4 < 2 ? 2_000 : -2_000));
  return encodeWav({ rateHz: 8_000, channels: [samples] });
}
