import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeMulaw, loadResampler, samplesIn } from '@app/audio';
import { describeSpeechToSpeech, readAll } from '@app/conversation/testing';
import type { SpeechToSpeechSession, SpokenReply } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import { FarRealtime } from '../testing/far-realtime.js';
import { OpenAiRealtime } from './openai-realtime.s2s.js';

const USED = {
  ...{ inputTokens: 100, cachedInputTokens: 64, outputTokens: 20 },
  audio: { inputTokens: 40, cachedInputTokens: 30, outputTokens: 15 },
};
const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open() {
  const clock = new FakeClock();
  const far = await FarRealtime.open(clock);
  const timeouts = { ...patience, pingMs: 0 };
  const speech = new OpenAiRealtime(
    { apiKey: 'key', url: far.server.url.replace('ws:', 'http:'), model: 'gpt-realtime-2.1', timeouts },
    clock,
  );
  return { clock, far, speech };
}

beforeAll(() => loadResampler());

describeSpeechToSpeech('OpenAiRealtime', async () => {
  const { clock, far, speech } = await open();
  return {
    speech,
    clock,
    patience,
    play: (play) => far.play(play),
    asked: () => far.asked(),
    wordSamples: (rateHz) => samplesIn(100, rateHz),
    close: () => far.close(),
  };
});

describe('OpenAiRealtime', () => {
  let clock: FakeClock;
  let far: FarRealtime;
  let speech: OpenAiRealtime;
  let ending: AbortController;
  beforeEach(async () => {
    ({ clock, far, speech } = await open());
    ending = new AbortController();
  });
  afterEach(async () => {
    ending.abort();
    await far.close();
  });

  const start = (rateHz: 8_000 | 16_000 = 8_000) =>
    speech.open({ callId: 'call-1', voiceId: 'marin', language: 'fr-FR', rateHz, signal: ending.signal });
  const never = new AbortController().signal;
  const ask = (
    session: SpeechToSpeechSession,
    signal = never,
    onUsage = (_: unknown) => undefined as unknown,
  ): SpokenReply =>
    session.reply({
      onUsage,
      requestId: 'call-1/3.0',
      instructions: 'You are Ada.',
      functions: [{ name: 'look_up', description: 'Looks it up.', parameters: { type: 'object' } }],
      maxOutputTokens: 400,
      signal,
    });
  const sound = (lengthMs: number) => new Int16Array(samplesIn(lengthMs, 8_000)).fill(1_000);
  const told = (type: string) => far.of(type).map(({ type: _, event_id: __, ...rest }) => rest);

  it('opens a session of sound alone, in µ-law for a telephone line, and takes turns itself', async () => {
    await start();
    await far.server.seen.until(() => far.of('session.update').length === 1);
    const { url, headers } = far.server.upgrades[0] ?? {};
    expect(url).toBe('/far/realtime?model=gpt-realtime-2.1');
    expect(headers).toMatchObject({ authorization: 'Bearer key', 'x-client-request-id': 'call-1' });
    expect(far.told[0]).toMatchObject({
      session: {
        type: 'realtime',
        output_modalities: ['audio'],
        audio: {
          input: { format: { type: 'audio/pcmu' }, turn_detection: null },
          output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
        },
      },
    });
  });

  it('passes every code of µ-law through unchanged, but for the second zero', async () => {
    const { SoundDown, SoundUp } = await import('./realtime-sound.js');
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    const heard = new SoundDown(8_000).read(Buffer.from(codes).toString('base64'));
    let sent = '';
    const up = new SoundUp(8_000, (audio) => (sent = audio));
    up.push(heard);
    up.flush();
    const back = new Uint8Array(Buffer.from(sent, 'base64'));
    expect([...back].filter((code, n) => code !== codes[n])).toEqual([
      ...encodeMulaw(Int16Array.of(0), new Uint8Array(1)),
    ]);
  });

  it('sends 24 kHz for another line', async () => {
    const session = await start(16_000);
    session.push(new Int16Array(16_000));
    await far.server.seen.until(() => far.appendedBytes >= 47_000);
    expect(far.of('session.update')[0]?.session).toMatchObject({
      audio: { input: { format: { type: 'audio/pcm', rate: 24_000 } } },
    });
  });

  it('asks with instructions, functions and an upper bound, named after the call', async () => {
    far.play({ text: 'Oui.' });
    await readAll(ask(await start()).parts);
    expect(far.of('response.create')[0]?.response).toMatchObject({
      instructions: 'You are Ada.',
      tools: [{ type: 'function', name: 'look_up', description: 'Looks it up.', parameters: { type: 'object' } }],
      max_output_tokens: 4_000,
      metadata: { request: 'call-1/3.0' },
    });
  });

  it('tells no sound of a reply without any, whatever the line’s rate', async () => {
    far.play({ calls: [{ id: 'one', name: 'look_up', argumentsJson: '{}' }] });
    const { seen } = await readAll(ask(await start(16_000)).parts);
    expect(seen.map(({ type }) => type)).toEqual(['function-call', 'finished']);
  });

  it('tells what it cost', async () => {
    const { seen } = await readAll(ask(await start()).parts);
    expect(seen).toEqual([{ type: 'finished', reason: 'stop', usage: USED }]);
  });

  it('tells what a reply cost that was stopped, when they say so', async () => {
    far.play({ text: 'One two three four five six.', everyMs: 100 });
    const [usages, stop] = [[] as unknown[], new AbortController()];
    const session = await start();
    const reading = readAll(ask(session, stop.signal, (usage) => usages.push(usage)).parts);
    await far.asked();
    await clock.advance(150);
    stop.abort();
    await reading;
    expect(usages).toEqual([]);
    await far.server.seen.until(() => far.of('response.cancel').length === 1);
    await clock.advance(100);
    far.play({});
    await readAll(ask(session).parts); // comes after it
    expect(usages).toEqual([USED]);
  });

  it('does not know what a reply cost whose session ends first', async () => {
    far.play({ text: 'One two.', then: 'silent' });
    const usages: unknown[] = [];
    const reading = readAll(ask(await start(), never, (usage) => usages.push(usage)).parts);
    await far.asked();
    ending.abort();
    expect(usages).toEqual([null]);
    await reading;
  });

  it('makes a turn of the sound that was pushed, and of nothing when that is too little', async () => {
    const session = await start();
    session.push(sound(60));
    session.takeTurn();
    session.push(sound(300));
    session.takeTurn();
    await far.server.seen.until(() => far.of('input_audio_buffer.commit').length === 1);
    expect(far.appendedBytes).toBe(2_880);
  });

  it('cuts a reply where it was heard, never beyond its end, and takes out what was never heard', async () => {
    far.play({ text: 'One two three.' });
    far.play({ text: 'Four.' });
    const session = await start();
    const [first, second] = [ask(session), ask(session)];
    await readAll(first.parts);
    await readAll(second.parts);
    session.truncate(first.item, 140.6);
    session.truncate(first.item, 9_000);
    session.drop(second.item);
    await far.server.seen.until(() => far.of('conversation.item.delete').length === 1);
    expect(told('conversation.item.truncate')).toEqual([
      { item_id: 'item_2', content_index: 0, audio_end_ms: 140 },
      { item_id: 'item_2', content_index: 0, audio_end_ms: 300 },
    ]);
    expect(told('conversation.item.delete')).toEqual([{ item_id: 'item_4' }]);
  });

  it('stops a reply that nobody reads, and changes it only when it is whole', async () => {
    far.play({ text: 'One two three.', everyMs: 100 });
    far.play({ text: 'Four.' });
    const session = await start();
    const stop = new AbortController();
    const first = ask(session, stop.signal);
    const reader = first.parts[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    stop.abort(new Error('barge-in'));
    await reader.next().catch(() => undefined);
    session.truncate(first.item, 50);
    const second = readAll(ask(session).parts);
    await far.server.seen.until(() => far.of('response.cancel').length === 1);
    expect([told('conversation.item.truncate'), far.of('response.create').length]).toEqual([[], 1]);
    await clock.advance(100);
    await second;
    const order = far.told.map(({ type }) => type).slice(1);
    expect(order).toEqual(['response.create', 'response.cancel', 'conversation.item.truncate', 'response.create']);
  });

  it('takes out a turn that they had not named yet', async () => {
    const session = await start();
    session.push(sound(200));
    session.drop(session.takeTurn());
    await far.server.seen.until(() => far.of('conversation.item.delete').length === 1);
    expect(told('conversation.item.delete')).toEqual([{ item_id: 'item_1' }]);
  });

  it('writes what it did not say itself into the history', async () => {
    const session = await start();
    const call = { id: 'call_1', name: 'look_up', argumentsJson: '{}' };
    session.add({ role: 'agent', text: 'Hello.', calls: [call] });
    session.add({ role: 'function', id: 'call_1', name: 'look_up', resultJson: '{"ok":true}' });
    session.add({ role: 'caller', text: 'Five.' });
    await far.server.seen.until(() => far.of('conversation.item.create').length === 4);
    expect(far.of('conversation.item.create').map(({ item }) => item)).toMatchObject([
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
      { type: 'function_call', call_id: 'call_1', name: 'look_up', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: '{"ok":true}' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Five.' }] },
    ]);
  });

  it('writes behind what it is told to, also when they have not named that yet, and at the beginning', async () => {
    far.play({ text: 'Nine.' });
    const session = await start();
    session.push(sound(300));
    const turn = session.takeTurn();
    const filler = session.add({ role: 'agent', text: 'One moment.' }, turn);
    await readAll(ask(session).parts);
    session.add({ role: 'caller', text: 'Before all.' }, null);
    session.drop(filler);
    session.add({ role: 'agent', text: 'A moment.' }, turn);
    await far.server.seen.until(() => far.of('conversation.item.create').length === 3);
    const written = far.of('conversation.item.create').map(({ previous_item_id: behind, item }) => [behind, item?.id]);
    expect(written).toEqual([
      ['item_1', 'ours_1'],
      ['root', 'ours_2'],
      ['item_1', 'ours_3'],
    ]);
  });

  it('writes behind the last thing that they have a name for', async () => {
    const session = await start();
    session.add({ role: 'agent', text: 'Hello.' });
    session.push(sound(60));
    session.add({ role: 'agent', text: 'One moment.' }, session.takeTurn()); // too little for a turn
    await far.server.seen.until(() => far.of('conversation.item.create').length === 2);
    expect(told('conversation.item.create').map(({ previous_item_id: behind }) => behind)).toEqual([
      undefined,
      'ours_1',
    ]);
  });

  it('reads beside the history', async () => {
    await readAll((await start()).read('Bonjour.', { signal: never }));
    expect(far.of('response.create')[0]?.response).toMatchObject({ conversation: 'none', tools: [] });
  });

  it('is over a little before their hour is', async () => {
    const session = await start();
    await clock.advance(55 * 60_000);
    expect(session.over).toBe(false);
    await clock.advance(1);
    expect(session.over).toBe(true);
  });

  it.each([
    ['invalid_request_error', 'provider.refused'],
    ['rate_limit_exceeded', 'provider.overloaded'],
    ['server_error', 'provider.unreachable'],
  ])('reads their error %s of a reply', async (type, code) => {
    far.play({ then: 'silent' });
    const reading = readAll(ask(await start()).parts);
    await far.asked();
    const error = { type, message: 'You said: Oui.', event_id: far.of('response.create')[0]?.event_id };
    far.server.sockets[0]?.send(JSON.stringify({ type: 'error', error }));
    const result = await reading;
    expect(result.error).toMatchObject({ code });
    expect(String(result.error)).not.toContain('Oui');
  });

  it('does not mind what they say of a change that came too late', async () => {
    far.play({ text: 'Oui.' });
    const session = await start();
    far.server.sockets[0]?.send(
      JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', event_id: 'aside' } }),
    );
    expect((await readAll(ask(session).parts)).error).toBeUndefined();
  });
});
