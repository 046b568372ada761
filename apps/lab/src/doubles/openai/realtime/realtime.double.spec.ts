import { connect } from 'node:net';
import { encodeMulaw } from '@app/audio';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { type CallEvidence, callEvidence } from '../../../call-evidence.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../../testing/served-doubles.js';
import { SocketClient, type SocketMessage } from '../../testing/socket-client.js';

const END = [{ type: 'function', name: 'end_call', description: 'Hangs up.', parameters: { type: 'object' } }];
const FORMAT = { type: 'audio/pcmu' } as const;
const audio = (voice: string) => ({
  input: { format: FORMAT, turn_detection: null },
  output: { format: FORMAT, voice },
});
const UPDATE = { type: 'session.update', session: { type: 'realtime', audio: audio('marin') } };
const WITH_DETECTOR = { type: 'session.update', session: { type: 'realtime' } };

describe('the double of OpenAI’s Realtime API', () => {
  let doubles: ServedDoubles;
  beforeAll(async () => {
    doubles = await servedDoubles();
  });
  afterAll(() => doubles.close());

  const dial = (query = 'model=gpt-realtime-2.1', headers: Record<string, string> = {}) =>
    SocketClient.open(`${doubles.ws}/openai/v1/realtime?${query}`, {
      headers: { authorization: 'Bearer lab', 'x-client-request-id': A_CALL, ...headers },
    });
  const open = async () => {
    const client = await dial();
    client.send(UPDATE);
    await client.until(is('session.updated'));
    return client;
  };
  const ask = async (client: SocketClient, response: object = { instructions: 'Speak English.' }) => {
    client.send({ type: 'response.create', response });
    return client.until(is('response.done'));
  };
  const evidence = async (): Promise<CallEvidence> =>
    callEvidence.parse(await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json());
  const write = (client: SocketClient, text: string) =>
    client.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    });
  /** The first event of this kind that comes. */
  const next = async (client: SocketClient, type: string) => (await client.until(is(type))).at(-1) ?? {};

  it.each([
    ['without a key', 'model=m', { authorization: '' }, '401'],
    ['with the header of the beta', 'model=m', { 'openai-beta': 'realtime=v1' }, '400'],
    ['that asks for a transcription too', 'model=m&intent=transcription', {}, '400'],
  ])('lets in nobody %s', async (_, query, headers, status) => {
    await expect(dial(query, headers)).rejects.toThrow(status);
  });

  it('hears what is committed, and answers aloud, with what it says beside it', async () => {
    doubles.evidence.takeScript(A_CALL, { lines: [{ text: 'What are your opening hours?', lengthMs: 1_000 }] });
    const client = await open();
    client.send({ type: 'input_audio_buffer.append', audio: sound(1_200) });
    client.send({ type: 'input_audio_buffer.commit' });
    const told = await ask(client);
    client.socket.close();
    expect(told.slice(0, 5).map(({ type }) => type)).toEqual(['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done', 'response.created', 'response.output_item.added']); // prettier-ignore
    const said = told.filter(is('response.output_audio_transcript.delta')).map(({ delta }) => delta);
    expect(said.join('')).toMatch(/^We are open from Monday to Friday, .* on the left side\.$/);
    expect(soundIn(told).length).toBeGreaterThan(10 * 8_000);
    expect(told.at(-1)).toMatchObject({ response: { status: 'completed', usage: { output_tokens: expect.any(Number) } } }); // prettier-ignore
    const { modelRequests, pieces } = await evidence();
    expect(modelRequests.at(-1)?.messages).toEqual([
      { role: 'system', content: 'Speak English.' },
      { role: 'user', content: 'What are your opening hours?' },
    ]);
    expect(pieces.map(({ text }) => text).join(' ')).toBe(said.join(''));
    expect(pieces[0]?.within).toMatchObject({ startMs: 0 });
    expect(pieces[1]?.within?.startMs).toBeCloseTo(((pieces[0]?.pcm.length ?? 0) * 3) / 4 / 2 / 8, -1);
  });

  it('asks for functions, and goes on with what came of them', async () => {
    const client = await open();
    write(client, 'Goodbye.');
    const told = await ask(client, { instructions: 'Speak English.', tools: END });
    const called = told.find(is('response.function_call_arguments.done'));
    expect(called).toMatchObject({ name: 'end_call', arguments: '{}' });
    const answered = { type: 'function_call_output', call_id: called?.['call_id'], output: '{"ok":true}' };
    client.send({ type: 'conversation.item.create', item: answered });
    expect(await next(client, 'conversation.item.added')).toMatchObject({ item: answered });
    client.send({ type: 'conversation.item.create', item: { ...answered, call_id: 'unknown' } });
    expect(await next(client, 'error')).toMatchObject({ error: { code: 'invalid_tool_call_id' } });
    client.socket.close();
  });

  it('reads word for word beside the conversation', async () => {
    const client = await open();
    const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is two and two?' }] }];
    const told = await ask(client, { conversation: 'none', instructions: 'Read the text aloud.', input, metadata: { key: 'a' } }); // prettier-ignore
    client.socket.close();
    expect(told[0]).toMatchObject({ type: 'response.created', response: { metadata: { key: 'a' } } });
    expect(told.find(is('response.output_audio_transcript.done'))).toMatchObject({
      transcript: 'What is two and two?',
    });
    expect(told.some(is('conversation.item.added'))).toBe(false);
  });

  it('forgets what is cut off, and refuses to cut off more than there is', async () => {
    const client = await open();
    write(client, 'What are your opening hours?');
    const told = await ask(client);
    const { item_id } = told.find(is('response.output_audio.delta')) ?? {};
    const cut = (audio_end_ms: number) =>
      client.send({ type: 'conversation.item.truncate', event_id: 'mine', item_id, content_index: 0, audio_end_ms });
    const lengthMs = soundIn(told).length / 8;
    cut(Math.ceil(lengthMs) + 1);
    expect(await next(client, 'error')).toMatchObject({
      error: {
        event_id: 'mine',
        message: expect.stringMatching(/^Audio content of \d+ms is already shorter than \d+ms$/),
      },
    });
    cut(1_000);
    expect(await next(client, 'conversation.item.truncated')).toMatchObject({ item_id, audio_end_ms: 1_000 });
    write(client, 'Thank you.');
    await ask(client);
    client.socket.close();
    const { modelRequests, cuts } = await evidence();
    expect(modelRequests.at(-1)?.messages.at(-2)?.content).toMatch(/^We are open( \w+)*$/);
    expect(cuts.at(-1)).toMatchObject({ itemId: item_id, audioEndMs: 1_000 });
  });

  it('stops what is cancelled, and answers one thing at a time', async () => {
    const client = await open();
    doubles.faults.add({ double: 'model', kind: 'hang', status: 500, times: 1, callId: A_CALL });
    client.send({ type: 'response.create' });
    client.send({ type: 'response.create' });
    expect(await next(client, 'error')).toMatchObject({ error: { code: 'conversation_already_has_active_response' } });
    client.send({ type: 'response.cancel' });
    const { response } = await next(client, 'response.done');
    expect(response).toMatchObject({ status: 'cancelled', status_details: { reason: 'client_cancelled' } });
    client.send({ type: 'response.cancel' });
    expect(await next(client, 'error')).toMatchObject({ error: { code: 'response_cancel_not_active' } });
    client.socket.close();
  });

  it('puts what is written behind what is named, or at the beginning, and nowhere when nothing is called so', async () => {
    const client = await open();
    const put = (id: string, role: 'user' | 'assistant', previous_item_id?: string) => {
      const content = [{ type: role === 'user' ? 'input_text' : 'output_text', text: `${id}.` }];
      client.send({ type: 'conversation.item.create', previous_item_id, item: { id, type: 'message', role, content } });
    };
    put('one', 'user');
    put('four', 'user');
    put('three', 'assistant', 'one');
    put('two', 'assistant', 'one');
    put('zero', 'assistant', 'root');
    put('never', 'assistant', 'unknown');
    const told = await client.until(is('error'));
    expect(told.at(-1)).toMatchObject({ error: { param: 'previous_item_id' } });
    const added = told.filter(is('conversation.item.added')).map((event) => event['previous_item_id']);
    expect(added).toEqual([null, 'one', 'one', 'one', null]);
    await ask(client);
    client.socket.close();
    const { modelRequests } = await evidence();
    const known = modelRequests
      .at(-1)
      ?.messages.slice(1)
      .map(({ content }) => content);
    expect(known).toEqual(['zero.', 'one.', 'two.', 'three.', 'four.']);
  });

  it('takes out what is deleted', async () => {
    const client = await open();
    client.send({
      type: 'conversation.item.create',
      item: { id: 'ours_1', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Goodbye.' }] },
    });
    client.send({ type: 'conversation.item.delete', item_id: 'ours_1' });
    expect(await next(client, 'conversation.item.deleted')).toMatchObject({ item_id: 'ours_1' });
    client.send({ type: 'conversation.item.delete', item_id: 'ours_1' });
    expect(await next(client, 'error')).toMatchObject({ error: { code: 'item_delete_invalid_item_id' } });
    client.socket.close();
  });

  it.each([
    ['too little sound', { type: 'input_audio_buffer.commit' }, 'input_audio_buffer_commit_empty'],
    ['their detector, which the lab has not', WITH_DETECTOR, 'invalid_value'],
    ['a session that is no conversation', { type: 'session.update', session: {} }, 'invalid_value'],
    ['names of the beta', { type: 'response.create', response: { modalities: ['audio'] } }, 'invalid_value'],
    ['what it does not know', { type: 'output_audio_buffer.clear' }, 'invalid_value'],
  ])('says what is wrong with %s, and goes on', async (_, message, code) => {
    const client = await dial();
    client.send({ event_id: 'mine', ...message });
    expect(await next(client, 'error')).toMatchObject({ error: { code, event_id: 'mine' } });
    client.send({ type: 'input_audio_buffer.clear' });
    expect(await next(client, 'input_audio_buffer.cleared')).toBeDefined();
    client.socket.close();
  });

  it('lets nobody else speak once somebody spoke', async () => {
    const client = await open();
    write(client, 'Hello.');
    await ask(client);
    client.send({ ...UPDATE, session: { ...UPDATE.session, audio: audio('cedar') } });
    expect(await next(client, 'error')).toMatchObject({ error: { code: 'cannot_update_voice' } });
    client.socket.close();
  });

  it('breaks off in the middle when it is told to', async () => {
    doubles.faults.add({ double: 'model', kind: 'half-close', status: 500, times: 1, callId: A_CALL });
    const client = await open();
    write(client, 'Hello.');
    const told = await ask(client);
    expect(told.filter(is('response.output_audio.delta'))).toHaveLength(1);
    expect(await client.closed).toMatchObject({ code: 1_006 });
  });

  it('is one whom OpenAI’s own client understands', async () => {
    const client = new OpenAI({ apiKey: 'lab', baseURL: `${doubles.url}/openai/v1` });
    const port = Number(new URL(doubles.url).port); // it insists on wss, and is led to a wire without TLS
    const options = { createConnection: () => connect(port, '127.0.0.1') };
    const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime-2.1', options }, client);
    const problems: unknown[] = [];
    realtime.on('error', (error) => problems.push(error));
    await new Promise<void>((resolve) => realtime.on('session.created', () => resolve()));
    realtime.send({ type: 'session.update', session: { type: 'realtime', audio: audio('marin') } });
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
    });
    let said = '';
    let bytes = 0;
    realtime.on('response.output_audio_transcript.delta', ({ delta }) => (said += delta));
    realtime.on('response.output_audio.delta', ({ delta }) => (bytes += Buffer.from(delta, 'base64').length));
    const done = new Promise((resolve) => realtime.on('response.done', resolve));
    realtime.send({ type: 'response.create' });
    expect(await done).toMatchObject({ response: { status: 'completed' } });
    expect(said).toBe('Hello! Would you like to book an appointment?');
    expect(bytes).toBeGreaterThan(8_000);
    expect(problems).toEqual([]);
    realtime.close();
  });
});

function is(wanted: string): (message: SocketMessage) => boolean {
  return ({ type }) => type === wanted;
}

function soundIn(told: readonly SocketMessage[]): Buffer {
  const deltas = told
    .filter(is('response.output_audio.delta'))
    .map(({ delta }) => Buffer.from(String(delta), 'base64'));
  return Buffer.concat(deltas);
}

function sound(lengthMs: number): string {
  const samples = Int16Array.from({ length: lengthMs * 8 }, (_, at) => (at % 4 < 2 ? 2_000 : -2_000));
  return Buffer.from(encodeMulaw(samples, new Uint8Array(samples.length))).toString('base64');
}
