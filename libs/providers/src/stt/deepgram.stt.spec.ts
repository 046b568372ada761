import { afterEach, describe, expect, it } from '@jest/globals';
import { pcmToBytes } from '@app/audio';
import { describeSpeechToText, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { FarDeepgram } from '../testing/far-deepgram.js';
import { DeepgramSpeechToText } from './deepgram.stt.js';

const patience = { connectMs: 3_000 };
const pings = { pingMs: 4_000 };

function adapterTo(far: FarDeepgram, { pingMs = 0 } = {}) {
  const clock = new FakeClock();
  const config = { apiKey: 'key', url: far.server.url, model: 'nova-3', timeouts: { ...patience, pingMs } };
  return { clock, recogniser: new DeepgramSpeechToText(config, clock) };
}

describeSpeechToText('DeepgramSpeechToText', async () => {
  const far = await FarDeepgram.open();
  return {
    ...adapterTo(far, pings),
    patience: { ...patience, silentMs: 2 * pings.pingMs },
    far,
    close: () => far.server.close(),
  };
});

describe('DeepgramSpeechToText', () => {
  const ending = new AbortController();
  const options = { callId: 'call-1', language: 'fr-FR', rateHz: 8_000 as const, signal: ending.signal };
  let far: FarDeepgram;
  afterEach(() => far.server.close());

  it('asks for what the call needs, under the prefix of the address', async () => {
    far = await FarDeepgram.open();
    await adapterTo(far).recogniser.open({ ...options, keyterms: ['Dr Lefèvre', 'Doliprane'] });
    const request = far.server.upgrades[0];
    const url = new URL(request?.url ?? '', 'ws://far');
    expect(url.pathname).toBe('/far/v1/listen');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      model: 'nova-3',
      language: 'fr',
      encoding: 'linear16',
      sample_rate: '8000',
      channels: '1',
      interim_results: 'true',
      tag: 'call-1',
    });
    expect(url.searchParams.getAll('keyterm')).toEqual(['Dr Lefèvre', 'Doliprane']);
    expect(request?.headers).toMatchObject({ authorization: 'Token key' });
    expect(request?.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it.each([160, 333, 1_000])(
    'sends samples as they are when they come %d at a time, and all before it asks to finish',
    async (length) => {
      far = await FarDeepgram.open();
      const session = await adapterTo(far).recogniser.open(options);
      const sound = Int16Array.from({ length: 2_000 }, (_, n) => n * 32 - 32_000);
      const frame = new Int16Array(length);
      for (let from = 0; from < sound.length; from += length) {
        const part = sound.subarray(from, from + length);
        frame.set(part);
        session.push(frame.subarray(0, part.length));
        frame.fill(0); // the line uses its frame again
      }
      session.finish();
      await far.finishes(1);
      expect(far.sound.equals(pcmToBytes(sound))).toBe(true);
    },
  );

  it('keeps a silent session alive, and leaves one with sound alone', async () => {
    far = await FarDeepgram.open();
    const { clock, recogniser } = adapterTo(far);
    const session = await recogniser.open(options);
    session.push(new Int16Array(800));
    await clock.advance(3_000);
    session.finish();
    await far.finishes(1);
    expect(far.told).toEqual(['Finalize']);
    await clock.advance(3_000);
    session.finish();
    await far.finishes(2);
    expect(far.told).toEqual(['Finalize', 'KeepAlive', 'Finalize']);
  });

  it('loses a session whose far end gives no sign of life', async () => {
    far = await FarDeepgram.open({ autoPong: false });
    const { clock, recogniser } = adapterTo(far, { pingMs: 5_000 });
    const session = await recogniser.open(options);
    await clock.advance(10_000);
    expect(await readAll(session.heard)).toMatchObject({ seen: [], error: { code: 'provider.timed-out' } });
    expect(clock.waiting).toBe(0);
  });

  it('keeps a session whose far end answers, though it says nothing', async () => {
    far = await FarDeepgram.open();
    const { clock, recogniser } = adapterTo(far, { pingMs: 5_000 });
    const session = await recogniser.open(options);
    for (let n = 1; n <= 3; n += 1) {
      await clock.advance(5_000);
      session.finish();
      await far.finishes(n); // so it has the ping before it, and has answered that
      await clock.advance(0); // reads the answer, which lies in this process's socket
      await clock.advance(0);
    }
    far.change('still here');
    const { value } = await session.heard[Symbol.asyncIterator]().next();
    expect(value).toMatchObject({ text: 'still here' });
  });

  it('hears what was said in the very moment of opening', async () => {
    const results = { is_final: true, channel: { alternatives: [{ transcript: 'Oui.', confidence: 1 }] } };
    far = await FarDeepgram.open({ greeting: JSON.stringify({ type: 'Results', ...results }) });
    const session = await adapterTo(far).recogniser.open(options);
    const { value } = await session.heard[Symbol.asyncIterator]().next();
    expect(value).toMatchObject({ type: 'words-settled', text: 'Oui.' });
  });

  it('says goodbye in their words', async () => {
    far = await FarDeepgram.open();
    const leaving = new AbortController();
    await adapterTo(far).recogniser.open({ ...options, signal: leaving.signal });
    leaving.abort();
    await far.server.seen.until(() => far.told.length > 0);
    expect(far.told).toEqual(['CloseStream']);
  });

  it.each([
    [1008, 'provider.refused'],
    [1013, 'provider.overloaded'],
    [1011, 'provider.unreachable'],
    [1000, 'provider.unreachable'],
  ])('reads close code %d as %s', async (code, meaning) => {
    far = await FarDeepgram.open();
    const session = await adapterTo(far).recogniser.open(options);
    far.server.sockets[0]?.close(code);
    expect((await readAll(session.heard)).error).toMatchObject({ code: meaning });
  });

  it('takes a key that HTTP cannot express for a refusal, and does not repeat it', async () => {
    far = await FarDeepgram.open();
    const config = { apiKey: 'sec\nret', url: far.server.url, model: 'nova-3' };
    const opening = new DeepgramSpeechToText(config, new FakeClock()).open(options);
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'provider.refused' });
    expect(String(error)).not.toContain('ret');
  });
});
