import { describeSpeechToText, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FarScribe } from '../testing/far-scribe.js';
import { ScribeSpeechToText } from './scribe.stt.js';
import { ScribeTranscript } from './scribe.wire.js';

const patience = { connectMs: 3_000 };
const pings = { pingMs: 4_000 };

function adapterTo(far: FarScribe, { pingMs = 0 } = {}) {
  const clock = new FakeClock();
  const config = { apiKey: 'key', url: far.server.url, model: 'scribe_v2_realtime' };
  return { clock, recogniser: new ScribeSpeechToText({ ...config, timeouts: { ...patience, pingMs } }, clock) };
}

describeSpeechToText('ScribeSpeechToText', async () => {
  const far = await FarScribe.open();
  return {
    ...adapterTo(far, pings),
    patience: { ...patience, silentMs: 2 * pings.pingMs },
    far,
    close: () => far.server.close(),
  };
});

describe('ScribeSpeechToText', () => {
  const options = {
    callId: 'call-1',
    language: 'fr-FR',
    rateHz: 16_000 as const,
    signal: new AbortController().signal,
  };
  let far: FarScribe;
  beforeEach(async () => {
    far = await FarScribe.open();
  });
  afterEach(() => far.server.close());

  it('asks for what the call needs, and commits by itself', async () => {
    const keyterms = ['Dr Lefèvre', 'a name that is longer than theirs may be', 'Doliprane'];
    await adapterTo(far).recogniser.open({ ...options, keyterms });
    const request = far.server.upgrades[0];
    const url = new URL(request?.url ?? '', 'ws://far');
    expect(url.pathname).toBe('/far/v1/speech-to-text/realtime');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      model_id: 'scribe_v2_realtime',
      audio_format: 'pcm_16000',
      commit_strategy: 'manual',
      language_code: 'fr',
    });
    expect(url.searchParams.getAll('keyterms')).toEqual(['Dr Lefèvre', 'Doliprane']);
    expect(request?.headers).toMatchObject({ 'xi-api-key': 'key', 'x-client-request-id': 'call-1' });
  });

  it('sends all sound before it commits', async () => {
    const session = await adapterTo(far).recogniser.open(options);
    session.push(new Int16Array(2_000).fill(7));
    session.finish();
    await far.finishes(1);
    expect(
      far.chunks.map(({ audio_base_64, commit }) => [Buffer.from(audio_base_64, 'base64').length, commit]),
    ).toEqual([
      [3_200, false],
      [800, false],
      [0, true],
    ]);
    expect(far.chunks[0]).toMatchObject({ message_type: 'input_audio_chunk', sample_rate: 16_000 });
    expect(far.sound.readInt16LE(0)).toBe(7);
  });

  it('sends silence where no sound comes', async () => {
    const { clock, recogniser } = adapterTo(far);
    await recogniser.open(options);
    await clock.advance(3_000);
    await far.hears(320);
    expect(far.told).toEqual([]);
  });

  it.each([
    ['auth_error', 'provider.refused'],
    ['quota_exceeded', 'provider.refused'],
    ['invalid_request', 'provider.refused'],
    ['rate_limited', 'provider.overloaded'],
    ['resource_exhausted', 'provider.overloaded'],
    ['session_time_limit_exceeded', 'provider.unreachable'],
    ['error', 'provider.unreachable'],
  ])('reads %s as %s, and does not repeat its text', async (message_type, code) => {
    const session = await adapterTo(far).recogniser.open(options);
    far.send({ message_type, error: 'you said "my name is"' });
    const { error } = await readAll(session.heard);
    expect(error).toMatchObject({ code });
    expect(String(error instanceof Error && error.cause)).not.toContain('my name');
  });
});

describe('reading Scribe', () => {
  const told = (message_type: string, text?: string) => JSON.stringify({ message_type, text });

  it.each<[string, string[], string[]]>([
    ['a commit of nothing', [told('committed_transcript', '')], ['words-settled ']],
    ['a commit of too little', [told('commit_throttled')], ['words-settled ']],
    [
      'a segment that is final, and the guess after it',
      [told('final_transcript', 'Oui.'), told('partial_transcript', 'et'), told('committed_transcript', 'Oui. Et.')],
      ['words-changed Oui.', 'words-changed Oui. et', 'words-settled Oui. Et.'],
    ],
    [
      'a guess that tells the segment again',
      [told('final_transcript', 'Oui.'), told('partial_transcript', 'Oui. et')],
      ['words-changed Oui.', 'words-changed Oui. et'],
    ],
    ['the next turn', [told('final_transcript', 'a'), told('committed_transcript', 'A.'), told('partial_transcript', 'b')], ['words-changed a', 'words-settled A.', 'words-changed b']], // prettier-ignore
    ['what is not about words', [told('session_started'), told('committed_transcript_entities', 'x')], []],
  ])('%s', (_, messages, heard) => {
    const wire = new ScribeTranscript('elevenlabs/scribe', 8_000);
    const items = messages.flatMap((message) => wire.read(message));
    expect(items.map((item) => ('text' in item ? `${item.type} ${item.text}` : item.type))).toEqual(heard);
  });

  it.each(['<html>', '{"message_type":"partial_transcript"}', '[]'])('does not understand %j', (message) => {
    expect(() => new ScribeTranscript('elevenlabs/scribe', 8_000).read(message)).toThrow('unreadable');
  });
});
