import { generateKeyPairSync } from 'node:crypto';
import { describeSpeechToText, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { USUAL_TIMEOUTS } from '../vendor-config.js';
import { FarGoogle } from '../testing/far-google.js';
import { GoogleAccount } from './google.account.js';
import { GoogleChannel } from './google.channel.js';
import { GoogleSpeechToText } from './google.stt.js';

const patience = { connectMs: 3_000 };

function adapterTo(far: FarGoogle) {
  const clock = new FakeClock();
  const channel = new GoogleChannel(far.url);
  const config = {
    apiKey: 'token',
    url: far.url,
    model: 'telephony',
    project: 'p',
    location: 'eu',
    timeouts: patience,
  };
  return { clock, channel, recogniser: new GoogleSpeechToText(config, clock, channel) };
}

describeSpeechToText('GoogleSpeechToText', async () => {
  const far = await FarGoogle.open();
  const { channel, ...adapter } = adapterTo(far);
  const close = async () => {
    channel.close();
    await far.close();
  };
  return { ...adapter, patience: { ...patience, silentMs: USUAL_TIMEOUTS.firstMs }, far, close };
});

describe('GoogleSpeechToText', () => {
  const options = { callId: 'call-1', language: 'fr-FR', rateHz: 8_000 as const };
  let far: FarGoogle;
  let adapter: ReturnType<typeof adapterTo>;
  let ending: AbortController;
  beforeEach(async () => {
    ending = new AbortController();
    far = await FarGoogle.open();
    adapter = adapterTo(far);
  });
  afterEach(async () => {
    ending.abort();
    adapter.channel.close();
    await far.close();
  });

  const open = (more: object = {}) => adapter.recogniser.open({ ...options, signal: ending.signal, ...more });
  const half = () => new Int16Array(4_000);

  it('says first what it sends, for whom, and by whose key', async () => {
    await open({ keyterms: ['Doliprane'] });
    await far.seen.until(() => far.openings.length === 1);
    expect(far.openings[0]).toMatchObject({
      config: {
        explicitDecodingConfig: { encoding: 1, sampleRateHertz: 8_000, audioChannelCount: 1 },
        model: 'telephony',
        languageCodes: ['fr-FR'],
        adaptation: { phraseSets: [{ inlinePhraseSet: { phrases: [{ value: 'Doliprane', boost: 10 }] } }] },
      },
      streamingFeatures: { interimResults: true },
    });
    expect(far.calls[0]?.metadata.getMap()).toMatchObject({
      authorization: 'Bearer token',
      'x-client-request-id': 'call-1',
      'x-goog-request-params': 'recognizer=projects%2Fp%2Flocations%2Feu%2Frecognizers%2F_',
    });
  });

  it('is open a moment after it is connected, though no headers come', async () => {
    far.headsFirst = false;
    const opening = open();
    await far.seen.until(() => far.openings.length === 1);
    for (let tries = 0; tries < 20 && adapter.clock.waiting < 2; tries += 1) await new Promise(setImmediate);
    await adapter.clock.advance(300);
    await expect(opening).resolves.toBeDefined();
  });

  it('ends a stream for its words, and tells those of the next one after them', async () => {
    far.answersEnds = false;
    const session = await open();
    session.push(half());
    session.finish();
    await far.seen.until(() => far.calls.length === 2 && far.ended === 1);
    await far.answer([{ alternatives: [{ transcript: 'later' }], isFinal: false }]);
    void far.answer([{ alternatives: [{ transcript: ' first ', confidence: 0 }], isFinal: true }], far.calls[0]);
    far.calls[0]?.end();
    const seen: unknown[] = [];
    for await (const item of session.heard) if (seen.push(item) === 2) break;
    expect(seen).toEqual([
      { type: 'words-settled', text: 'first', confidence: 1, words: [] },
      { type: 'words-changed', text: 'later' },
    ]);
  });

  it('answers without words where there were none', async () => {
    const session = await open();
    session.finish();
    session.push(half());
    session.finish();
    const texts: unknown[] = [];
    for await (const item of session.heard) if (texts.push('text' in item && item.text) === 2) break;
    expect(texts).toEqual(['', '']);
    expect(far.ended).toBe(1);
  });

  it('is lost when the last words do not come', async () => {
    far.answersEnds = false;
    const session = await open();
    session.push(half());
    session.finish();
    await adapter.clock.advance(5_000);
    expect((await readAll(session.heard)).error).toMatchObject({ code: 'provider.timed-out' });
    expect(adapter.clock.waiting).toBe(0);
  });

  it('is lost when they end a stream that nobody ended', async () => {
    const session = await open();
    far.calls[0]?.end();
    expect((await readAll(session.heard)).error).toMatchObject({ code: 'provider.unreachable' });
  });

  it('sends silence where no sound comes', async () => {
    await open();
    await adapter.clock.advance(3_000);
    await expect(far.hears(160)).resolves.toBeUndefined();
  });

  it('begins a new stream before theirs is too long', async () => {
    const session = await open();
    for (let n = 1; n <= 10; n += 1) {
      session.push(new Int16Array(24 * 8_000));
      await far.hears(n * 24 * 8_000);
    }
    await expect(far.finishes(1)).resolves.toBeUndefined();
    await far.seen.until(() => far.calls.length === 2);
  });

  it('repeats nothing of what an error says', async () => {
    far.refuse('status-401');
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    expect(String(error) + String(error instanceof Error && error.cause)).not.toContain('my name');
  });
});

describe('an account of Google’s', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const key = JSON.stringify({
    client_email: 'ear@p.example',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'k1',
    project_id: 'p',
  });

  it('signs its tokens by itself, and again before they end', async () => {
    const clock = new FakeClock();
    const account = new GoogleAccount(key, clock);
    const token = await account.token();
    const { payload } = await jwtVerify(token, publicKey, { currentDate: clock.date() });
    expect(payload).toMatchObject({ iss: 'ear@p.example', sub: 'ear@p.example', scope: expect.stringContaining('cloud-platform') }); // prettier-ignore
    expect([decodeProtectedHeader(token).kid, account.project]).toEqual(['k1', 'p']);
    await clock.advance(60_000);
    expect(await account.token()).toBe(token);
    await clock.advance(3_000_000);
    expect(await account.token()).not.toBe(token);
  });

  it('is whoever bears a token', async () => {
    expect(await new GoogleAccount('ya29.token', new FakeClock()).token()).toBe('ya29.token');
  });
});
