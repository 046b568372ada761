import { pcmToBytes } from '@app/audio';
import { DeepgramClient } from '@deepgram/sdk';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';
import { SocketClient, type SocketMessage } from '../testing/socket-client.js';

const USUAL = {
  model: 'flux-general-multi',
  encoding: 'linear16',
  sample_rate: '8000',
  eager_eot_threshold: '0.5',
  tag: A_CALL,
};

describe('the double of Deepgram’s Flux', () => {
  let doubles: ServedDoubles;
  beforeAll(async () => {
    doubles = await servedDoubles();
  });
  afterAll(() => doubles.close());

  const open = (query: Record<string, string> = {}, authorization = 'Token lab') =>
    SocketClient.open(`${doubles.ws}/deepgram/v2/listen?${String(new URLSearchParams({ ...USUAL, ...query }))}`, {
      headers: { authorization },
    });
  const script = (...lines: object[]) =>
    fetch(`${doubles.url}/lab/calls/${A_CALL}/script`, { method: 'PUT', body: JSON.stringify({ lines }) });
  const fault = (kind: string, status?: number) =>
    fetch(`${doubles.url}/lab/faults`, {
      method: 'POST',
      body: JSON.stringify({ double: 'recogniser', kind, status }),
    });

  it.each([
    ['without a key', {}, '', 401],
    ['with an encoding that it does not know', { encoding: 'mp3' }, 'Token lab', 400],
    ['with a model of the other family', { model: 'nova-3' }, 'Token lab', 400],
    ['with a hint to a model of one language', { model: 'flux-general-en', language_hint: 'fr' }, 'Token lab', 400],
    ['that guesses later than it is sure', { eager_eot_threshold: '0.8' }, 'Token lab', 400],
  ] as const)('lets nobody in %s', async (_, query, authorization, status) => {
    await expect(open(query, authorization)).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it('tells a turn from its beginning over its guesses to its end', async () => {
    await script({ text: 'I need a cleaning.', lengthMs: 1_000 });
    const client = await open({ language_hint: 'en' });
    client.send(sound(500, 'quiet'));
    client.send(sound(1_000, 'voice'));
    client.send(sound(1_000, 'quiet'));
    const told = await client.until(({ event }) => event === 'EndOfTurn');
    client.socket.close();
    expect(told.map(({ type, event, transcript }) => [event ?? type, transcript])).toEqual([
      ['Connected', undefined],
      ['StartOfTurn', ''],
      ['Update', 'I'],
      ['Update', 'I need'],
      ['Update', 'I need a'],
      ['Update', 'I need a cleaning.'],
      ['EagerEndOfTurn', 'I need a cleaning.'],
      ['EndOfTurn', 'I need a cleaning.'],
    ]);
    expect(told.map(({ sequence_id }) => sequence_id)).toEqual(told.map((_, n) => n));
    expect(told.at(-1)).toMatchObject({ trigger: 'model', turn_index: 0, languages: ['en'] });
  });

  it('takes a guess back when the caller goes on', async () => {
    await script({ text: 'I need a cleaning and a check-up.', lengthMs: 2_000 });
    const client = await open();
    for (const part of [sound(1_200, 'voice'), sound(400, 'quiet'), sound(800, 'voice'), sound(1_000, 'quiet')])
      client.send(part);
    const told = await client.until(({ event }) => event === 'EndOfTurn');
    client.socket.close();
    const judged = told.map(({ event }) => event).filter((event) => /End|Resumed/.test(String(event)));
    expect(judged).toEqual(['EagerEndOfTurn', 'TurnResumed', 'EagerEndOfTurn', 'EndOfTurn']);
    expect(told.at(-1)).toMatchObject({ transcript: 'I need a cleaning and a check-up.' });
  });

  it('guesses nothing where nobody asked for guesses, and ends what goes on before it closes', async () => {
    await script({ text: 'Goodbye.', lengthMs: 400 });
    const client = await SocketClient.open(
      `${doubles.ws}/deepgram/v2/listen?model=flux-general-en&encoding=linear16&sample_rate=8000&tag=${A_CALL}`,
      { headers: { authorization: 'Token lab' } },
    );
    client.send(sound(500, 'voice'));
    client.send(sound(300, 'quiet'));
    client.send({ type: 'CloseStream' });
    const told = await client.until(() => false);
    expect(eventsOf(told)).toEqual(['StartOfTurn', 'Update', 'EndOfTurn']);
    expect(await client.closed).toMatchObject({ code: 1000 });
    const evidence: unknown = await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json();
    expect(JSON.stringify(evidence)).toContain('Goodbye');
  });

  it('ends a session that tells it what it does not know', async () => {
    const client = await open();
    client.send({ type: 'Finalize' });
    const told = await client.until(() => false);
    expect(told.at(-1)).toMatchObject({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE' });
  });

  it.each([
    ['hang', 1_000],
    ['half-close', 1_006],
    ['empty', 1_000],
  ] as const)('shows the fault %s', async (kind, code) => {
    await fault(kind);
    await script({ text: 'Hello.', lengthMs: 400 });
    const client = await open();
    client.send(sound(500, 'voice'));
    if (kind === 'hang') client.socket.close(1_000);
    else client.send({ type: 'CloseStream' });
    expect(eventsOf(await client.until(() => false))).toEqual([]);
    expect(await client.closed).toMatchObject({ code });
  });

  it('refuses with the status that it is told to refuse with, once', async () => {
    await fault('status', 429);
    await expect(open()).rejects.toThrow('429');
    (await open()).socket.close();
  });

  it('is one whom Deepgram’s own client understands', async () => {
    await script({ text: 'Yes, please.', lengthMs: 600 });
    const client = new DeepgramClient({ apiKey: 'lab', baseUrl: `${doubles.ws}/deepgram` });
    const socket = await client.listen.v2.connect({
      model: 'flux-general-multi',
      encoding: 'linear16',
      sample_rate: 8_000,
      eager_eot_threshold: 0.5,
      tag: A_CALL,
      Authorization: 'Token lab',
      reconnectAttempts: 0,
    });
    const told: string[] = [];
    const ended = new Promise<void>((resolve) => {
      socket.on('message', (message) => {
        if (message.type !== 'TurnInfo') return;
        told.push(`${message.event} ${message.transcript}`);
        if (message.event === 'EndOfTurn') resolve();
      });
    });
    socket.connect();
    await socket.waitForOpen();
    socket.sendMedia(sound(700, 'voice'));
    socket.sendMedia(sound(1_000, 'quiet'));
    await ended;
    socket.close();
    expect(told.slice(-2)).toEqual(['EagerEndOfTurn Yes, please.', 'EndOfTurn Yes, please.']);
  });
});

const eventsOf = (told: readonly SocketMessage[]) => told.flatMap(({ event }) => (event === undefined ? [] : [event]));

function sound(lengthMs: number, kind: 'voice' | 'quiet'): Uint8Array {
  const level = kind === 'voice' ? 2_000 : 5;
  return pcmToBytes(Int16Array.from({ length: lengthMs * 8 }, (_, at) => (at % 4 < 2 ? level : -level)));
}
