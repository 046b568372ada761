import { loadResampler } from '@app/audio';
import { describeSpeechToText, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FarOpenAiLive } from '../testing/far-openai-live.js';
import { OpenAiLiveSpeechToText } from './openai-live.stt.js';
import { OpenAiTranscript, type OpenAiTurnDetection } from './openai-live.wire.js';

const patience = { connectMs: 3_000 };
const pings = { pingMs: 4_000 };

function adapterTo(
  far: FarOpenAiLive,
  turnDetection: OpenAiTurnDetection = 'ours',
  { model = 'gpt-live-transcribe', pingMs = 0 } = {},
) {
  const clock = new FakeClock();
  const url = `${far.server.url.replace('ws', 'http')}/v1`;
  const config = { apiKey: 'key', url, model, turnDetection, timeouts: { ...patience, pingMs } };
  return { clock, recogniser: new OpenAiLiveSpeechToText(config, clock) };
}

describe.each(['ours', 'server'] as const)('with the detector that is %s', (turnDetection) => {
  describeSpeechToText('OpenAiLiveSpeechToText', async () => {
    const far = await FarOpenAiLive.open();
    const silent = { ...patience, silentMs: 2 * pings.pingMs };
    return { ...adapterTo(far, turnDetection, pings), patience: silent, far, close: () => far.server.close() };
  });
});

describe('OpenAiLiveSpeechToText', () => {
  const options = { callId: 'call-1', language: 'fr-FR', rateHz: 8_000 as const, signal: new AbortController().signal };
  let far: FarOpenAiLive;
  beforeEach(async () => {
    far = await FarOpenAiLive.open();
  });
  afterEach(() => far.server.close());

  const sessionOf = async (turnDetection: OpenAiTurnDetection, model?: string) => {
    await adapterTo(far, turnDetection, { model }).recogniser.open({ ...options, keyterms: ['Doliprane'] });
    await far.server.seen.until(() => far.session !== undefined);
    return far.session;
  };

  it('says what the session is, before any sound, and names no model in its address', async () => {
    expect(await sessionOf('ours')).toEqual({
      type: 'transcription',
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          transcription: { model: 'gpt-live-transcribe', languages: ['fr'], keywords: ['Doliprane'] },
          turn_detection: null,
        },
      },
    });
    const request = far.server.upgrades[0];
    expect(request?.url).toBe('/far/v1/realtime?intent=transcription');
    expect(request?.headers).toMatchObject({ authorization: 'Bearer key', 'x-client-request-id': 'call-1' });
    expect(far.told).toEqual(['session.update']);
  });

  it('asks for their detector, and tells another model what that one takes', async () => {
    expect(await sessionOf('server', 'gpt-realtime-whisper')).toMatchObject({
      audio: {
        input: {
          transcription: { model: 'gpt-realtime-whisper', language: 'fr' },
          turn_detection: { type: 'server_vad' },
        },
      },
    });
  });

  it.each([
    [{ type: 'invalid_request_error', code: 'invalid_value' }, 'provider.refused'],
    [{ type: 'x', code: 'insufficient_quota' }, 'provider.refused'],
    [{ type: 'rate_limit_error', code: null }, 'provider.overloaded'],
    [{ type: 'server_error', code: 'session_expired' }, 'provider.unreachable'],
  ])('reads the error %j as %s, and does not repeat its text', async (error, code) => {
    const session = await adapterTo(far).recogniser.open(options);
    far.send({ type: 'error', error: { ...error, message: 'you said "my name is"' } });
    const read = await readAll(session.heard);
    expect(read.error).toMatchObject({ code });
    expect(String(read.error instanceof Error && read.error.cause)).not.toContain('my name');
  });
});

describe('reading OpenAI’s live transcription', () => {
  beforeAll(() => loadResampler());
  const T = 'conversation.item.input_audio_transcription';
  const told = (type: string, item_id: string, more: object = {}) => JSON.stringify({ type, item_id, ...more });
  const committed = (item: string) => told('input_audio_buffer.committed', item);
  const delta = (item: string, text: string) => told(`${T}.delta`, item, { delta: text });
  const completed = (item: string, transcript: string) => told(`${T}.completed`, item, { transcript });
  const wireOf = (rateHz: 8_000 | 16_000 = 8_000) =>
    new OpenAiTranscript('openai/live', { model: 'm', turnDetection: 'ours' }, rateHz, { language: 'multi' });

  it.each<[string, string[], string[]]>([
    [
      'deltas add up',
      [delta('a', 'Bon'), delta('a', 'jour'), completed('a', 'Bonjour.')],
      ['words-changed Bon', 'words-changed Bonjour', 'words-settled Bonjour.'],
    ],
    [
      'what is completed out of order is told in order',
      [committed('a'), committed('b'), completed('b', 'two'), completed('a', 'one')],
      ['words-settled one', 'words-settled two'],
    ],
    [
      'a guess stands after what was settled before it',
      [delta('a', 'un'), delta('b', 'deux'), completed('a', 'Un.')],
      ['words-changed un', 'words-changed un deux', 'words-settled Un.', 'words-changed deux'],
    ],
    ['a failure is as good as the guess', [delta('a', 'un'), told(`${T}.failed`, 'a')], ['words-changed un', 'words-settled un']], // prettier-ignore
    [
      'a commit of nothing',
      ['{"type":"error","error":{"type":"invalid_request_error","code":"input_audio_buffer_commit_empty"}}'],
      ['words-settled '],
    ],
    ['what is not about words', ['{"type":"session.updated"}', '{"type":"rate_limits.updated"}'], []],
  ])('%s', (_, messages, heard) => {
    const wire = wireOf();
    const items = messages.flatMap((message) => wire.read(message));
    expect(items.map((item) => ('text' in item ? `${item.type} ${item.text}` : item.type))).toEqual(heard);
  });

  it('sends telephone sound as µ-law, and other sound at 24 kHz', () => {
    const bytesOf = (message: string) => Buffer.from((JSON.parse(message) as { audio: string }).audio, 'base64').length;
    expect(bytesOf(wireOf().sound(new Int16Array(160)))).toBe(160);
    const wide = wireOf(16_000);
    expect(Math.abs(bytesOf(wide.sound(new Int16Array(3_200))) - 9_600)).toBeLessThanOrEqual(4);
    wide.close();
    wide.close();
  });

  it.each(['<html>', `{"type":"${T}.completed"}`, '[]'])('does not understand %j', (message) => {
    expect(() => wireOf().read(message)).toThrow('unreadable');
  });
});
