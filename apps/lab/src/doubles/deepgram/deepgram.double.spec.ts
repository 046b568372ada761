import { DeepgramClient } from '@deepgram/sdk';
import { pcmToBytes } from '@app/audio';
import { FakeClock } from '@app/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';
import { SocketClient, type SocketMessage } from '../testing/socket-client.js';

const USUAL = { encoding: 'linear16', sample_rate: '8000', interim_results: 'true', endpointing: '300', tag: A_CALL };

const results = z.object({
  is_final: z.boolean(),
  speech_final: z.boolean(),
  from_finalize: z.boolean(),
  start: z.number(),
  duration: z.number(),
  channel_index: z.tuple([z.number(), z.number()]),
  channel: z.object({
    alternatives: z.tuple([
      z.object({
        transcript: z.string(),
        confidence: z.number().min(0).max(1),
        words: z.array(
          z.object({ word: z.string(), start: z.number(), end: z.number(), punctuated_word: z.string().optional() }),
        ),
      }),
    ]),
  }),
});

describe('the Deepgram double', () => {
  let doubles: ServedDoubles;
  beforeAll(async () => {
    doubles = await servedDoubles();
  });
  afterAll(() => doubles.close());

  const open = (query: Record<string, string> = {}, authorization = 'Token lab') =>
    SocketClient.open(`${doubles.ws}/deepgram/v1/listen?${String(new URLSearchParams({ ...USUAL, ...query }))}`, {
      headers: { authorization },
    });
  const script = (...lines: object[]) =>
    fetch(`${doubles.url}/lab/calls/${A_CALL}/script`, { method: 'PUT', body: JSON.stringify({ lines }) });

  it.each([
    ['without a key', {}, '', 401],
    ['with a key of another kind', {}, 'Basic abc', 401],
    ['with an encoding that it does not know', { encoding: 'mp3' }, 'Token lab', 400],
    ['with a rate that it does not know', { sample_rate: '11025' }, 'Token lab', 400],
  ] as const)('lets nobody in %s', async (_, query, authorization, status) => {
    await expect(open(query, authorization)).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it('guesses word by word, settles at the end of speech, and then tells that the utterance ended', async () => {
    await script({ text: 'I need a cleaning.', lengthMs: 1_000 });
    const client = await open({ vad_events: 'true', utterance_end_ms: '1000', punctuate: 'true' });
    client.send(sound(500, 'quiet'));
    client.send(sound(1_000, 'voice'));
    client.send(sound(1_500, 'quiet'));
    const told = await client.until(({ type }) => type === 'UtteranceEnd');
    client.socket.close();

    const heard = told.filter(({ type }) => type === 'Results').map((result) => results.parse(result));
    expect(told[0]).toMatchObject({ type: 'SpeechStarted', timestamp: 0.5 });
    expect(heard.map(({ is_final, channel }) => [is_final, channel.alternatives[0].transcript])).toEqual([
      [false, 'I'],
      [false, 'I need'],
      [false, 'I need a'],
      [false, 'I need a cleaning.'],
      [true, 'I need a cleaning.'],
    ]);
    expect(heard.at(-1)).toMatchObject({ speech_final: true, from_finalize: false, channel_index: [0, 1] });
    expect(heard.at(-1)?.channel.alternatives[0].words).toMatchObject([
      { word: 'i', punctuated_word: 'I', start: 0.5, end: 0.75 },
      { word: 'need', start: 0.75, end: 1 },
      { word: 'a', start: 1, end: 1.25 },
      { word: 'cleaning', punctuated_word: 'cleaning.', start: 1.25, end: 1.5 },
    ]);
    expect(told.at(-1)).toEqual({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: 1.5 });
  });

  it('tells no guesses and no signs to who did not ask for them', async () => {
    await script({ text: 'Yes, please.' });
    const client = await open({ interim_results: 'false' });
    client.send(sound(700, 'voice'));
    client.send(sound(500, 'quiet'));
    const told = results.parse(await client.next());
    client.socket.close();
    expect(told.channel.alternatives[0]).toMatchObject({ transcript: 'yes please' });
    expect(told.channel.alternatives[0].words.map((word) => 'punctuated_word' in word)).toEqual([false, false]);
  });

  it('settles at once when it is asked to, and says that this is why', async () => {
    await script({ text: 'Stop.', lengthMs: 400 });
    const client = await open();
    client.send(sound(500, 'voice'));
    client.send({ type: 'Finalize' });
    const told = await client.until((message) => message['from_finalize'] === true);
    client.send({ type: 'Finalize' });
    const empty = results.parse(await client.next());
    client.socket.close();
    expect(transcriptsOf(told).at(-1)).toBe('stop');
    expect(empty).toMatchObject({
      is_final: true,
      from_finalize: true,
      channel: { alternatives: [{ transcript: '' }] },
    });
  });

  it('tells what is still in flight before it closes', async () => {
    await script({ text: 'Goodbye.', lengthMs: 400 });
    const client = await open();
    client.send(sound(500, 'voice'));
    client.send({ type: 'CloseStream' });
    const told = await client.until(() => false);
    expect(transcriptsOf(told).at(-1)).toBe('goodbye');
    expect(told.at(-1)).toMatchObject({ type: 'Metadata', duration: 0.5, channels: 1 });
    expect(await client.closed).toMatchObject({ code: 1000 });
  });

  it('settles a long utterance in parts, of which only the last ends the speech', async () => {
    await script({ text: 'One two three four five six seven eight.', lengthMs: 8_000 });
    const client = await open();
    for (const part of [sound(5_500, 'voice'), sound(200, 'quiet'), sound(2_300, 'voice'), sound(500, 'quiet')])
      client.send(part);
    const told = await client.until((message) => message['speech_final'] === true);
    client.socket.close();
    const finals = told.filter((message) => message['is_final'] === true);
    expect(finals.map((message) => message['speech_final'])).toEqual([false, true]);
    expect(transcriptsOf(finals).join(' ')).toBe('one two three four five six seven eight');
  });

  it('joins a sample whose halves came in two messages', async () => {
    await script({ text: 'Yes.', lengthMs: 400 });
    const client = await open();
    const bytes = sound(500, 'voice');
    client.send(bytes.subarray(0, 4_001));
    client.send(bytes.subarray(4_001));
    client.send({ type: 'CloseStream' });
    const told = await client.until(() => false);
    expect(told.at(-1)).toMatchObject({ duration: 0.5 });
    expect(transcriptsOf(told)).toContain('yes');
  });

  it('writes down what it settled', async () => {
    await script({ text: 'Remember me.', lengthMs: 400 });
    const client = await open();
    client.send(sound(500, 'voice'));
    client.send({ type: 'CloseStream' });
    await client.closed;
    const evidence: unknown = await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json();
    expect(evidence).toMatchObject({ callId: A_CALL, recogniser: 'script' });
    expect(evidence).toHaveProperty('recognised');
    expect(JSON.stringify(evidence)).toContain('Remember');
  });

  it('ends a speech in which it understood nothing with no words', async () => {
    await script();
    const client = await open();
    client.send(sound(500, 'voice'));
    client.send(sound(500, 'quiet'));
    expect(results.parse(await client.next())).toMatchObject({
      speech_final: true,
      channel: { alternatives: [{ words: [] }] },
    });
    client.socket.close();
  });

  it('settles what it heard as no words when it is told to be empty', async () => {
    await fetch(`${doubles.url}/lab/faults`, {
      method: 'POST',
      body: JSON.stringify({ double: 'recogniser', kind: 'empty' }),
    });
    await script({ text: 'Hello.', lengthMs: 400 });
    const client = await open();
    client.send(sound(500, 'voice'));
    client.send({ type: 'Finalize' });
    client.send({ type: 'CloseStream' });
    const told = transcriptsOf(await client.until(() => false));
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told)).toEqual(new Set(['']));
  });

  it('shows a fault of its call although it is open, and refuses that call, once, after it broke off', async () => {
    await script({ text: 'Hello.', lengthMs: 400 });
    const client = await open();
    const fault = { double: 'recogniser', kind: 'status', status: 429, callId: A_CALL };
    await fetch(`${doubles.url}/lab/faults`, { method: 'POST', body: JSON.stringify(fault) });
    client.send(sound(500, 'voice'));
    expect(await client.closed).toMatchObject({ code: 1_006 });
    await expect(open()).rejects.toThrow('429');
    (await open()).socket.close();
  });

  it('goes on in another session after the words that were settled in the one before', async () => {
    await script({ text: 'Hello.', lengthMs: 400 }, { text: 'Goodbye.', lengthMs: 400 });
    for (const words of ['hello', 'goodbye']) {
      const client = await open();
      client.send(sound(500, 'voice'));
      client.send({ type: 'CloseStream' });
      expect(transcriptsOf(await client.until(() => false)).at(-1)).toBe(words);
    }
  });

  it.each([
    ['answers nothing', 'hang', 1_000],
    ['breaks off', 'half-close', 1_006],
  ] as const)('%s when it is told to be at fault', async (_, kind, code) => {
    await fetch(`${doubles.url}/lab/faults`, { method: 'POST', body: JSON.stringify({ double: 'recogniser', kind }) });
    await script({ text: 'Hello.', lengthMs: 400 });
    const client = await open();
    client.send(sound(500, 'voice'));
    if (kind === 'hang') client.socket.close(1_000);
    else client.send({ type: 'CloseStream' });
    const told = await client.until(() => false);
    expect(transcriptsOf(told)).toEqual([]);
    expect(await client.closed).toMatchObject({ code });
  });

  it('refuses with the status that it is told to refuse with, once', async () => {
    const body = JSON.stringify({ double: 'recogniser', kind: 'status', status: 429 });
    await fetch(`${doubles.url}/lab/faults`, { method: 'POST', body });
    await expect(open()).rejects.toThrow('429');
    (await open()).socket.close();
  });

  it('is one whom Deepgram’s own client understands', async () => {
    await script({ text: 'Yes, please.', lengthMs: 600 });
    const client = new DeepgramClient({ apiKey: 'lab', baseUrl: `${doubles.ws}/deepgram` });
    const socket = await client.listen.v1.connect({
      ...{ model: 'nova-3', encoding: 'linear16', sample_rate: 8_000, endpointing: 300, tag: A_CALL },
      ...{ Authorization: 'Token lab', reconnectAttempts: 0 },
    });
    const settled = new Promise<string>((resolve) => {
      socket.on('message', (message) => {
        if (message.type === 'Results' && message.speech_final)
          resolve(message.channel.alternatives[0]?.transcript ?? '');
      });
    });
    socket.connect();
    await socket.waitForOpen();
    socket.sendMedia(sound(700, 'voice'));
    socket.sendMedia(sound(1_000, 'quiet'));
    expect(await settled).toBe('yes please');
    socket.close();
  });
});

it('closes a session that is sent nothing for ten seconds, and not one that is kept alive', async () => {
  const clock = new FakeClock();
  const doubles = await servedDoubles({ clock });
  const url = `${doubles.ws}/deepgram/v1/listen?${String(new URLSearchParams(USUAL))}`;
  const kept = await SocketClient.open(url, { headers: { authorization: 'Token lab' } });
  const idle = await SocketClient.open(url, { headers: { authorization: 'Token lab' } });
  await clock.advance(9_000);
  kept.send({ type: 'KeepAlive' });
  kept.send({ type: 'Finalize' });
  await kept.next(); // it has taken both
  await clock.advance(1_000);
  expect(await idle.closed).toEqual({ code: 1_011, reason: 'NET-0001' });
  expect(kept.socket.readyState).toBe(kept.socket.OPEN);
  await doubles.close();
});

const transcriptsOf = (told: readonly SocketMessage[]): string[] =>
  told
    .filter(({ type }) => type === 'Results')
    .map((result) => results.parse(result).channel.alternatives[0].transcript);

function sound(lengthMs: number, kind: 'voice' | 'quiet'): Uint8Array {
  const level = kind === 'voice' ? 2_000 : 5;
  return pcmToBytes(Int16Array.from({ length: lengthMs * 8 }, (_, at) => (at % 4 < 2 ? level : -level)));
}
