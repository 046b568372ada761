import type { Heard } from '@app/conversation/ports';
import { describeSpeechToText, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FarTranscription } from '../testing/far-transcription.js';
import { TranscriptionSpeechToText } from './transcription.stt.js';

const patience = { connectMs: 5_000 };

function adapterTo(far: FarTranscription, model = 'whisper-1') {
  const clock = new FakeClock();
  const timeouts = { firstMs: patience.connectMs };
  return { clock, recogniser: new TranscriptionSpeechToText({ apiKey: 'key', url: far.url, model, timeouts }, clock) };
}

describeSpeechToText('TranscriptionSpeechToText', async () => {
  const far = await FarTranscription.open();
  return {
    ...adapterTo(far),
    patience: { ...patience, silentMs: patience.connectMs },
    far,
    close: () => far.server.close(),
  };
});

describe('TranscriptionSpeechToText', () => {
  const options = { callId: 'call-1', language: 'fr-FR', rateHz: 8_000 as const, signal: new AbortController().signal };
  let far: FarTranscription;
  beforeEach(async () => {
    far = await FarTranscription.open();
  });
  afterEach(() => far.server.close());

  const ramp = (from: number, length: number) => Int16Array.from({ length }, (_, n) => (from + n) % 30_000);
  const asks = (count: number) => far.server.seen.until(() => far.asked.length === count);

  it.each([
    ['whisper-1', { language: ['fr'], prompt: ['Dr Lefèvre, Doliprane'] }],
    ['gpt-transcribe', { 'languages[]': ['fr'], 'keywords[]': ['Dr Lefèvre', 'Doliprane'] }],
  ])('sends %s a file with what it knows of the call', async (model, hints) => {
    const session = await adapterTo(far, model).recogniser.open({ ...options, keyterms: ['Dr Lefèvre', 'Doliprane'] });
    session.push(ramp(1, 1_600));
    session.finish();
    await asks(1);
    const [asked] = far.asked;
    const told = Object.fromEntries(
      Object.entries(hints).map(([name, values]) => [
        name,
        values.map((value) => Buffer.from(value).toString('latin1')),
      ]),
    );
    expect(asked?.fields).toEqual({ model: [model], response_format: ['json'], ...told });
    expect(asked).toMatchObject({ path: '/far/v1/audio/transcriptions', rateHz: 8_000, samples: ramp(1, 1_600) });
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer key', 'x-client-request-id': 'call-1/ear-1' });
  });

  it('sends an utterance from a little before its voice, whatever silence was before', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    for (let n = 0; n < 1_000; n += 1) session.push(ramp(n * 160, 160)); // 20 s
    session.begin?.(300);
    session.push(ramp(160_000, 800));
    session.finish();
    await asks(1);
    expect(far.asked[0]?.samples).toEqual(ramp(160_000 - 8 * 500, 8 * 500 + 800));
  });

  it('keeps three seconds at least for a voice that was noticed late', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    for (let n = 0; n < 1_000; n += 1) session.push(ramp(n * 160, 160));
    session.begin?.(10_000);
    session.finish();
    await asks(1);
    expect(far.asked[0]?.samples.length).toBeGreaterThanOrEqual(24_000);
    expect(far.asked[0]?.samples.length).toBeLessThanOrEqual(48_000);
    expect(far.asked[0]?.samples.at(-1)).toBe(ramp(159_999, 1)[0]);
  });

  it('sends a long utterance in parts, of which no sample is lost', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    session.begin?.(0);
    for (let n = 0; n < 1_500; n += 1) session.push(ramp(n * 160, 160)); // 30 s
    await asks(1);
    far.settle('the first part');
    session.finish();
    far.settle('and the rest');
    const seen: Heard[] = [];
    for await (const item of session.heard) if (seen.push(item) === 2) break;
    expect(seen).toMatchObject([{ text: 'the first part' }, { text: 'and the rest' }]);
    expect(far.asked.map(({ samples }) => samples.length)).toEqual([200_000, 40_000]);
    expect(far.asked[1]?.samples[0]).toBe(ramp(200_000, 1)[0]);
  });

  it('asks for one utterance after the other', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    for (let n = 0; n < 3; n += 1) {
      session.push(ramp(n, 1_600));
      session.finish();
    }
    await asks(1);
    for (const text of ['one', 'two', 'three']) far.settle(text);
    const seen: Heard[] = [];
    for await (const item of session.heard) if (seen.push(item) === 3) break;
    expect(seen).toMatchObject([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);
  });

  it('answers what is too short to hold a word by itself', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    session.push(ramp(0, 799));
    session.finish();
    const { value } = await session.heard[Symbol.asyncIterator]().next();
    expect(value).toEqual({ type: 'words-settled', text: '', confidence: 1, words: [] });
    expect(far.asked).toEqual([]);
  });

  it('is lost when utterances come faster than answers', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    for (let n = 0; n < 6; n += 1) {
      session.push(ramp(0, 1_600));
      session.finish();
    }
    expect(await readAll(session.heard)).toMatchObject({ seen: [], error: { code: 'provider.timed-out' } });
  });

  it('takes back its request when the call is over', async () => {
    const leaving = new AbortController();
    const session = await adapterTo(far).recogniser.open({ ...options, signal: leaving.signal });
    session.push(ramp(0, 1_600));
    session.finish();
    await asks(1);
    leaving.abort();
    await far.server.seen.until(() => far.givenUp === 1);
    expect(far.givenUp).toBe(1);
  });

  it('does not repeat what their refusal quotes', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    far.fail('status-500');
    session.push(ramp(0, 1_600));
    session.finish();
    const { error } = await readAll(session.heard);
    expect(String(error instanceof Error && error.cause)).not.toContain('Zoë');
    expect(String(error)).not.toContain('Zoë');
  });
});
