import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message, ModelPart } from '@app/conversation/ports';
import { describeLanguageModel, type ModelPlay, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { inspect } from 'node:util';
import { FarOpenAi, HOLD } from '../testing/far-openai.js';
import { OpenAiLanguageModel } from './openai.llm.js';
import { COMPATIBLE_DIALECT } from './openai.wire.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open() {
  const clock = new FakeClock();
  const far = await FarOpenAi.open(clock);
  const model = new OpenAiLanguageModel(
    { apiKey: 'key', url: far.url, model: 'gpt-6-luna', timeouts: patience },
    clock,
  );
  return { clock, far, model };
}

describeLanguageModel('OpenAiLanguageModel', async () => {
  const { clock, far, model } = await open();
  let playing = Promise.resolve();
  return {
    model,
    clock,
    patience,
    play: (play: ModelPlay) => void (playing = far.play(play)),
    asked: () => playing.then(() => far.requests(1)),
    close: () => far.server.close(),
  };
});

const delta = (content: string) => JSON.stringify({ choices: [{ delta: { content } }] });
const finish = (reason: string) => JSON.stringify({ choices: [{ delta: {}, finish_reason: reason }] });

describe('OpenAiLanguageModel', () => {
  let clock: FakeClock;
  let far: FarOpenAi;
  let model: OpenAiLanguageModel;
  let stop: AbortController;
  beforeEach(async () => {
    ({ clock, far, model } = await open());
    stop = new AbortController();
  });
  afterEach(() => far.server.close());

  const ask = (messages: readonly Message[] = [{ role: 'caller', text: 'Hello?' }], requestId = 'call-1/3') =>
    model.reply({ requestId, messages, functions: [], signal: stop.signal });

  it('tells the whole conversation in their words', async () => {
    const call = { id: 'one', name: 'look_up', argumentsJson: '{"day":1}' };
    const functions = [
      { name: 'look_up', description: 'Looks it up.', parameters: { type: 'object', properties: {} } },
    ];
    const messages: Message[] = [
      { role: 'system', text: 'You are Ada.' },
      { role: 'agent', text: 'Hello, an AI speaks.' },
      { role: 'caller', text: 'When?' },
      { role: 'agent', text: '', calls: [call] },
      { role: 'function', id: 'one', name: 'look_up', resultJson: '{"at":"9:00"}' },
      { role: 'agent', text: '' }, // cut off before a word of it was heard
    ];
    await readAll(
      model.reply({ requestId: 'call-1/3', messages, functions, maxOutputTokens: 200, signal: stop.signal }),
    );
    expect(far.asked[0]).toMatchObject({
      path: '/far/v1/chat/completions',
      headers: { authorization: 'Bearer key', 'x-client-request-id': 'call-1/3' },
      body: { model: 'gpt-6-luna', stream: true, stream_options: { include_usage: true }, max_completion_tokens: 200 },
    });
    expect(far.asked[0]?.body.messages).toEqual([
      { role: 'system', content: 'You are Ada.' },
      { role: 'assistant', content: 'Hello, an AI speaks.' },
      { role: 'user', content: 'When?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'one', type: 'function', function: { name: 'look_up', arguments: '{"day":1}' } }],
      },
      { role: 'tool', tool_call_id: 'one', content: '{"at":"9:00"}' },
    ]);
    expect(far.asked[0]?.body.tools).toEqual([{ type: 'function', function: functions[0] }]);
  });

  it.each([
    [{}, { max_completion_tokens: 200, stream_options: { include_usage: true }, store: false }],
    [COMPATIBLE_DIALECT, { max_tokens: 200, stream_options: { include_usage: true } }],
    [{ ...COMPATIBLE_DIALECT, asksUsage: false }, { max_tokens: 200 }],
  ])('asks a server only for what it takes: %j', async (dialect, asked) => {
    const config = { apiKey: 'key', url: far.url, model: 'any', vendor: 'openai-compatible', dialect };
    const compatible = new OpenAiLanguageModel({ ...config, timeouts: patience }, clock);
    const request = { requestId: 'call-1/3', messages: [], functions: [], maxOutputTokens: 200, signal: stop.signal };
    expect((await readAll(compatible.reply(request))).seen.at(-1)).toMatchObject({ type: 'finished' });
    expect(compatible.name).toBe('openai-compatible/any');
    expect(far.asked[0]?.body).toEqual({ model: 'any', messages: [], stream: true, ...asked });
  });

  it('asks for an answer of a shape in strict mode, and for nothing else', async () => {
    const schema = { type: 'object', properties: { mood: { type: 'string' } }, required: ['mood'] };
    const functions = [{ name: 'look_up', description: 'Looks it up.', parameters: schema }];
    const answerSchema = { name: 'call_report', schema };
    await readAll(model.reply({ requestId: 'c/1', messages: [], functions, answerSchema, signal: stop.signal }));
    expect(far.asked[0]?.body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'call_report', schema, strict: true } },
    });
    expect(far.asked[0]?.body).not.toHaveProperty('tools');
  });

  it('tells what the answer cost', async () => {
    expect((await readAll(ask())).seen.at(-1)).toMatchObject({
      usage: { inputTokens: 20, cachedInputTokens: 12, outputTokens: 5 },
    });
  });

  it('does not wait long for the bill of a whole answer', async () => {
    far.send(delta('Yes.'), finish('stop'), HOLD);
    const reply = ask()[Symbol.asyncIterator]();
    await reply.next();
    const last = reply.next();
    for (let n = 0; n < 10; n += 1) await clock.advance(60);
    expect(await last).toEqual({ done: false, value: { type: 'finished', reason: 'stop', usage: null } });
    expect(clock.waiting).toBe(0);
  });

  it.each<[string, string, Partial<ModelPart>[]]>([
    [
      'a function under the reason of others',
      'stop',
      [{ type: 'function-call' }, { type: 'finished', reason: 'functions' }],
    ],
    ['no function that was cut off', 'length', [{ type: 'finished', reason: 'length' }]],
  ])('tells %s', async (_what, reason, parts) => {
    const call = { index: 0, id: 'one', function: { name: 'look_up', arguments: '{"da' } };
    far.send(JSON.stringify({ choices: [{ delta: { tool_calls: [call] } }] }), finish(reason), '[DONE]');
    expect((await readAll(ask())).seen).toMatchObject(parts);
  });

  it('tells the words of a refusal, and that it is one', async () => {
    far.send(
      JSON.stringify({ choices: [{ delta: { refusal: 'I cannot help with that.' } }] }),
      finish('stop'),
      '[DONE]',
    );
    expect((await readAll(ask())).seen).toMatchObject([
      { type: 'text', text: 'I cannot help with that.' },
      { type: 'finished', reason: 'refused' },
    ]);
  });

  it.each([
    ['an answer that never says that it ended', [delta('Yes')], 'provider.unreachable'],
    ['a chunk of another shape', ['{"choices":"none"}'], 'provider.unreadable'],
    [
      'a call without a name',
      ['{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}', finish('tool_calls')],
      'provider.unreadable',
    ],
    [
      'an error in the stream',
      ['{"error":{"message":"my name is Zoë","code":"rate_limit_exceeded"}}'],
      'provider.overloaded',
    ],
    ['an error without a name', ['{"error":{"message":"my name is Zoë"}}'], 'provider.unreachable'],
  ])('refuses %s', async (_what, events, code) => {
    far.send(...events);
    const { error } = await readAll(ask());
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 9 })).not.toContain('Zoë');
  });

  it('keeps what the caller said out of its errors', async () => {
    await far.play({ then: 'status-401' });
    const { error } = await readAll(ask());
    expect(inspect(error, { depth: 9 })).not.toContain('Zoë');
  });

  it('hangs up on the far end when it is aborted, and when nobody reads on', async () => {
    await far.play({ text: ['One '], then: 'silent' });
    await far.play({ text: ['One '], then: 'silent' });
    const aborted = ask()[Symbol.asyncIterator]();
    await aborted.next();
    const rest = readAll({ [Symbol.asyncIterator]: () => aborted });
    stop.abort(new Error('barge-in'));
    await rest;
    stop = new AbortController();
    for await (const part of ask()) if (part.type === 'text') break;
    await far.server.seen.until(() => far.givenUp === 2);
    expect(clock.waiting).toBe(0);
  });

  it('asks again on the connections that it has', async () => {
    for (let n = 1; n <= 20; n += 1) await readAll(ask(undefined, `call-1/${n}`));
    expect(far.asked).toHaveLength(20);
    expect(far.connections).toBeLessThanOrEqual(2); // the next request may come before the last connection is free
  });

  it('does not take a chunk without a word for the first token', async () => {
    const timeouts = { firstMs: 5_000, idleMs: 60_000 };
    const patient = new OpenAiLanguageModel({ apiKey: 'key', url: far.url, model: 'gpt-6-luna', timeouts }, clock);
    far.send(JSON.stringify({ choices: [{ delta: { role: 'assistant', content: '' } }] }), HOLD);
    const reading = readAll(patient.reply({ requestId: 'call-1/3', messages: [], functions: [], signal: stop.signal }));
    await far.requests(1);
    for (let n = 0; n < 100; n += 1) await clock.advance(50);
    expect((await reading).error).toMatchObject({ code: 'provider.timed-out' });
  });

  it('does not end well when it is aborted while only the bill is missing', async () => {
    const call = { index: 0, id: 'one', function: { name: 'look_up', arguments: '{}' } };
    far.send(JSON.stringify({ choices: [{ delta: { tool_calls: [call] } }] }), finish('tool_calls'), HOLD);
    const reply = ask()[Symbol.asyncIterator]();
    expect(await reply.next()).toMatchObject({ value: { type: 'function-call' } });
    const rest = readAll({ [Symbol.asyncIterator]: () => reply });
    stop.abort(new Error('barge-in'));
    expect(await rest).toMatchObject({ seen: [], error: { message: 'barge-in' } });
  });

  it('gives up an answer that goes on and on', async () => {
    await far.play({ text: Array.from({ length: 99 }, () => 'and '), everyMs: 4_000 });
    const reading = readAll(ask());
    await far.requests(1);
    for (let n = 0; n < 30; n += 1) await clock.advance(2_000);
    expect((await reading).error).toMatchObject({ code: 'provider.timed-out' });
  });
});
