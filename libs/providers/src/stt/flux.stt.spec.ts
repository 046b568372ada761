import { describeSpeechToText, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FarFlux } from '../testing/far-flux.js';
import { FluxSpeechToText } from './flux.stt.js';
import { FluxTurn, fluxUrl } from './flux.wire.js';

const patience = { connectMs: 3_000 };
const pings = { pingMs: 4_000 };
const turns = { eotThreshold: 0.7, eagerEotThreshold: 0.5, eotTimeoutMs: 3_000 };

function adapterTo(far: FarFlux, { pingMs = 0 } = {}) {
  const clock = new FakeClock();
  const config = { apiKey: 'key', url: far.server.url, model: 'flux-general-multi' };
  return { clock, recogniser: new FluxSpeechToText({ ...config, timeouts: { ...patience, pingMs } }, clock) };
}

describeSpeechToText('FluxSpeechToText', async () => {
  const far = await FarFlux.open();
  return {
    ...adapterTo(far, pings),
    patience: { ...patience, silentMs: 2 * pings.pingMs },
    far,
    close: () => far.server.close(),
  };
});

describe('FluxSpeechToText', () => {
  const options = { callId: 'call-1', language: 'fr-FR', rateHz: 8_000 as const, signal: new AbortController().signal };
  let far: FarFlux;
  beforeEach(async () => {
    far = await FarFlux.open();
  });
  afterEach(() => far.server.close());

  it('asks for guesses, and for the call’s language where it can', async () => {
    await adapterTo(far).recogniser.open({ ...options, keyterms: ['Dr Lefèvre'] });
    const url = new URL(far.server.upgrades[0]?.url ?? '', 'ws://far');
    expect(url.pathname).toBe('/far/v2/listen');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      model: 'flux-general-multi',
      encoding: 'linear16',
      sample_rate: '8000',
      eot_threshold: '0.7',
      eager_eot_threshold: '0.5',
      eot_timeout_ms: '3000',
      language_hint: 'fr',
      keyterm: 'Dr Lefèvre',
      tag: 'call-1',
    });
    const english = fluxUrl({ url: 'ws://far', model: 'flux-general-en', ...turns }, options);
    expect(english.searchParams.has('language_hint')).toBe(false);
  });

  it('sends silence where no sound comes, since it knows no other sign of life', async () => {
    const { clock, recogniser } = adapterTo(far);
    await recogniser.open(options);
    await clock.advance(3_000);
    await far.hears(160);
    expect(far.told).toEqual([]);
  });

  it('says goodbye in their words', async () => {
    const leaving = new AbortController();
    await adapterTo(far).recogniser.open({ ...options, signal: leaving.signal });
    leaving.abort();
    await far.server.seen.until(() => far.told.length > 0);
    expect(far.told).toEqual(['CloseStream']);
  });

  it('takes their fatal error for a lost session', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    far.send({ type: 'Error', sequence_id: 2, code: 'INTERNAL_SERVER_ERROR', description: 'we heard "my name"' });
    const { error } = await readAll(session.heard);
    expect(error).toMatchObject({ code: 'provider.unreachable' });
    expect(String(error)).not.toContain('my name');
  });
});

describe('reading Flux', () => {
  const info = (event: string, transcript: string, confidence = 1) =>
    JSON.stringify({ type: 'TurnInfo', event, transcript, words: [{ word: transcript, confidence }] });

  it.each<[string, string[], string[]]>([
    ['a beginning with words', [info('StartOfTurn', 'oui')], ['words-changed oui']],
    ['a beginning without', [info('StartOfTurn', '')], []],
    ['the same words again', [info('Update', 'oui'), info('Update', 'oui')], ['words-changed oui']],
    ['an event of tomorrow', [info('TurnWhispered', 'oui')], ['words-changed oui']],
    ['an end', [info('Update', 'oui'), info('EndOfTurn', 'Oui.')], ['words-changed oui', 'words-settled Oui.', 'speech-ended']], // prettier-ignore
    ['an end of nothing', [info('Update', 'hm'), info('EndOfTurn', '')], ['words-changed hm', 'words-changed ']],
    ['a resumption with more words', [info('TurnResumed', 'oui et')], ['turn-resumed', 'words-changed oui et']],
    ['what is not about words', ['{"type":"Connected"}', '{"type":"ConfigureSuccess"}'], []],
  ])('%s', (_what, messages, told) => {
    const wire = new FluxTurn('deepgram/flux-general-multi', 8_000);
    const heard = messages.flatMap((message) => wire.read(message));
    expect(heard.map((item) => ('text' in item ? `${item.type} ${item.text}` : item.type))).toEqual(told);
  });

  it('is as sure as of its least sure word', () => {
    const words = [{ word: 'a', confidence: 0.9 }, { word: 'b', confidence: 0.4, start: 0.5, end: 0.75 }]; // prettier-ignore
    const message = { type: 'TurnInfo', event: 'EndOfTurn', transcript: 'a b', words };
    expect(new FluxTurn('deepgram/flux', 8_000).read(JSON.stringify(message))[0]).toMatchObject({
      confidence: 0.4,
      words: [{ text: 'b', startMs: 500, endMs: 750 }],
    });
  });

  it('answers who asks just after the end of a turn, once, and nobody else', () => {
    const wire = new FluxTurn('deepgram/flux', 8_000);
    expect(wire.finish()).toEqual({});
    wire.read(info('EndOfTurn', 'Oui.'));
    wire.sound(new Int16Array(4_000));
    expect(wire.finish()).toMatchObject({ heard: [{ type: 'words-settled', text: '' }] });
    expect(wire.finish()).toEqual({});
    wire.read(info('EndOfTurn', 'Oui.'));
    wire.sound(new Int16Array(8_080));
    expect(wire.finish()).toEqual({});
    wire.read(info('EndOfTurn', 'Oui.'));
    wire.read(info('StartOfTurn', 'et'));
    expect(wire.finish()).toEqual({});
  });

  it.each(['<html>', '{"type":"TurnInfo"}', '[]'])('does not understand %j', (message) => {
    expect(() => new FluxTurn('deepgram/flux', 8_000).read(message)).toThrow('deepgram/flux: unreadable');
  });
});
