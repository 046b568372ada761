import { connect } from 'node:net';
import { encodeMulaw } from '@app/audio';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';
import { SocketClient, type SocketMessage } from '../testing/socket-client.js';

const OURS = { model: 'gpt-live-transcribe', languages: ['en'] };
const T = 'conversation.item.input_audio_transcription';

describe('the double of OpenAI’s live transcription', () => {
  let doubles: ServedDoubles;
  beforeAll(async () => {
    doubles = await servedDoubles();
  });
  afterAll(() => doubles.close());

  const dial = (query = 'intent=transcription', key = 'Bearer lab') =>
    SocketClient.open(`${doubles.ws}/openai/v1/realtime?${query}`, {
      headers: { ...(key && { authorization: key }), 'x-client-request-id': A_CALL },
    });
  const open = async (transcription: object = OURS, turn_detection: object | null = null) => {
    const client = await dial();
    client.send(update(transcription, turn_detection));
    return client;
  };
  const script = (...lines: { text: string; lengthMs: number }[]) => doubles.evidence.takeScript(A_CALL, { lines });
  const isDone = ({ type }: SocketMessage) => type === `${T}.completed`;

  it.each([
    ['without a key', 'intent=transcription', '', '401'],
    ['that asks for neither', '', 'Bearer lab', '400'],
    ['that names a model too', 'intent=transcription&model=gpt-live-transcribe', 'Bearer lab', '400'],
  ])('lets in nobody %s', async (_, query, key, status) => {
    await expect(dial(query, key)).rejects.toThrow(status);
  });

  it('tells words as they come, and all of them when they are committed', async () => {
    script({ text: 'I need a cleaning.', lengthMs: 1_000 });
    const client = await open();
    client.send(append(1_000, 'voice'));
    client.send({ type: 'input_audio_buffer.commit' });
    const told = await client.until(isDone);
    expect(told.map(({ type, delta, transcript }) => [type, delta ?? transcript])).toEqual([
      ['session.created', undefined],
      ['session.updated', undefined],
      [`${T}.delta`, 'I'],
      [`${T}.delta`, ' need'],
      [`${T}.delta`, ' a'],
      [`${T}.delta`, ' cleaning.'],
      ['input_audio_buffer.committed', undefined],
      [`${T}.completed`, 'I need a cleaning.'],
    ]);
    expect(new Set(told.flatMap(({ item_id }) => item_id ?? [])).size).toBe(1);
    client.send({ type: 'input_audio_buffer.commit' });
    expect(await client.next()).toMatchObject({ error: { code: 'input_audio_buffer_commit_empty' } });
    client.socket.close();
    const evidence: unknown = await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json();
    expect(evidence).toMatchObject({ recogniser: 'script' });
  });

  it('commits by itself where a model has a detector', async () => {
    script({ text: 'Goodbye.', lengthMs: 400 });
    const client = await open({ model: 'gpt-transcribe' }, { type: 'server_vad' });
    client.send(append(500, 'voice'));
    client.send(append(700, 'quiet'));
    const types = (await client.until(isDone)).map(({ type }) => String(type).replace('input_audio_buffer.', ''));
    client.socket.close();
    expect(types).toEqual(['session.created', 'session.updated', 'speech_started', `${T}.delta`, 'speech_stopped', 'committed', `${T}.completed`]); // prettier-ignore
  });

  it.each([
    ['a detector that the model has not', update(OURS, { type: 'server_vad' })],
    ['keywords for a model that takes none', update({ model: 'gpt-realtime-whisper', keywords: ['a'] }, null)],
    ['sound before it was told what it is', append(20, 'voice')],
    ['what it does not know', { type: 'KeepAlive' }],
  ])('says what is wrong with %s, and goes on', async (_, message) => {
    const client = await dial();
    client.send(message);
    client.send({ type: 'input_audio_buffer.clear' });
    const told = await client.until(({ type }) => type === 'input_audio_buffer.cleared');
    client.socket.close();
    expect(told.map(({ type }) => type)).toEqual(['session.created', 'error', 'input_audio_buffer.cleared']);
  });

  it.each(['half-close', 'empty'] as const)('shows the fault %s', async (kind) => {
    doubles.faults.add({ double: 'recogniser', kind, status: 500, times: 1 });
    script({ text: 'Hello.', lengthMs: 400 });
    const client = await open();
    client.send(append(500, 'voice'));
    client.send({ type: 'input_audio_buffer.commit' });
    if (kind === 'empty') client.socket.close(1_000);
    const told = await client.until(() => false);
    expect(told.filter((message) => 'content_index' in message)).toEqual([]);
    expect(await client.closed).toMatchObject({ code: kind === 'empty' ? 1_000 : 1_006 });
  });

  it('is one whom OpenAI’s own client understands', async () => {
    doubles.evidence.takeScript('', { lines: [{ text: 'Yes, please.', lengthMs: 600 }] }); // it cannot name the call
    const client = new OpenAI({ apiKey: 'lab', baseURL: `${doubles.url}/openai/v1` });
    const port = Number(new URL(doubles.url).port); // it insists on wss, and is led to a wire without TLS
    const options = { createConnection: () => connect(port, '127.0.0.1') };
    const realtime = new OpenAIRealtimeWS({ intent: 'transcription', options }, client);
    await new Promise<void>((resolve) => realtime.on('session.created', () => resolve()));
    const completed = new Promise((resolve) => realtime.on(`${T}.completed`, resolve));
    realtime.send({
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: { input: { format: { type: 'audio/pcmu' }, transcription: OURS, turn_detection: null } },
      },
    });
    realtime.send({ type: 'input_audio_buffer.append', audio: sound(700, 'voice') });
    realtime.send({ type: 'input_audio_buffer.commit' });
    expect(await completed).toMatchObject({ transcript: 'Yes, please.' });
    realtime.close();
  });
});

function update(transcription: object, turn_detection: object | null): object {
  const input = { format: { type: 'audio/pcmu' }, transcription, turn_detection };
  return { type: 'session.update', session: { type: 'transcription', audio: { input } } };
}

function append(lengthMs: number, kind: 'voice' | 'quiet'): object {
  return { type: 'input_audio_buffer.append', audio: sound(lengthMs, kind) };
}

function sound(lengthMs: number, kind: 'voice' | 'quiet'): string {
  const level = kind === 'voice' ? 2_000 : 5;
  const samples = Int16Array.from({ length: lengthMs * 8 }, (_, at) => (at % 4 < 2 ? level : -level));
  return Buffer.from(encodeMulaw(samples, new Uint8Array(samples.length))).toString('base64');
}
