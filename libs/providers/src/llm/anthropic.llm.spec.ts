import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message, ModelPart, ModelRequest, VendorParts } from '@app/conversation/ports';
import { describeLanguageModel, type ModelPlay, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { inspect } from 'node:util';
import { FarAnthropic } from '../testing/far-anthropic.js';
import { HOLD } from '../testing/far-model.js';
import { type AnthropicConfig, AnthropicLanguageModel } from './anthropic.llm.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open(more: Partial<AnthropicConfig> = {}) {
  const clock = new FakeClock();
  const far = await FarAnthropic.open(clock);
  const config = { apiKey: 'key', url: far.url, model: 'claude-haiku-5-5', timeouts: patience, ...more };
  return { clock, far, model: new AnthropicLanguageModel(config, clock) };
}

describeLanguageModel('AnthropicLanguageModel', async () => {
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

const event = (type: string, fields: object = {}) => JSON.stringify({ type, ...fields });
const block = (index: number, content_block: object, ...deltas: object[]) => [
  event('content_block_start', { index, content_block }),
  ...deltas.map((delta) => event('content_block_delta', { index, delta })),
  event('content_block_stop', { index }),
];
const stopped = (stop_reason: string) =>
  event('message_delta', { delta: { stop_reason }, usage: { output_tokens: 5 } });
const CACHED = { cache_control: { type: 'ephemeral' } };
const LOOK_UP = { name: 'look_up', description: 'Looks it up.', parameters: { type: 'object', properties: {} } };

describe('AnthropicLanguageModel', () => {
  let clock: FakeClock;
  let far: FarAnthropic;
  let model: AnthropicLanguageModel;
  let stop: AbortController;
  beforeEach(async () => {
    ({ clock, far, model } = await open());
    stop = new AbortController();
  });
  afterEach(() => far.server.close());

  const ask = (messages: readonly Message[] = [{ role: 'caller', text: 'Hello?' }], more: Partial<ModelRequest> = {}) =>
    model.reply({ requestId: 'call-1/3', messages, functions: [], signal: stop.signal, ...more });

  it('tells the whole conversation in their words, and where it may be cached', async () => {
    const calls = ['one', 'two'].map((id) => ({ id, name: 'look_up', argumentsJson: '{"day":1}' }));
    const messages: Message[] = [
      { role: 'system', text: 'You are Ada.' },
      { role: 'agent', text: 'Hello, an AI speaks.' },
      { role: 'caller', text: 'When?' },
      { role: 'agent', text: 'Let me look.', calls },
      { role: 'function', id: 'one', name: 'look_up', resultJson: '{"at":"9:00"}' },
      { role: 'function', id: 'two', name: 'look_up', resultJson: '{}' },
      { role: 'agent', text: ' ' }, // cut off before a word of it was heard
      { role: 'caller', text: 'And on Tuesday?' },
    ];
    await readAll(ask(messages, { functions: [LOOK_UP, { ...LOOK_UP, name: 'book' }], maxOutputTokens: 200 }));
    expect(far.asked[0]).toMatchObject({
      path: '/far/v1/messages',
      headers: { authorization: 'Bearer key', 'x-client-request-id': 'call-1/3' },
      body: { model: 'claude-haiku-5-5', stream: true, max_tokens: 200, thinking: { type: 'disabled' } },
    });
    const body = far.asked[0]?.body;
    expect(body?.['system']).toEqual([{ type: 'text', text: 'You are Ada.', ...CACHED }]);
    expect(body?.['tools']).toEqual([
      { name: 'look_up', description: 'Looks it up.', input_schema: LOOK_UP.parameters },
      { name: 'book', description: 'Looks it up.', input_schema: LOOK_UP.parameters, ...CACHED },
    ]);
    const use = (id: string) => ({ type: 'tool_use', id, name: 'look_up', input: { day: 1 } });
    expect(body?.['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: '(The caller is on the line.)' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hello, an AI speaks.' }] },
      { role: 'user', content: [{ type: 'text', text: 'When?', ...CACHED }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Let me look.' }, use('one'), use('two')] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'one', content: '{"at":"9:00"}' },
          { type: 'tool_result', tool_use_id: 'two', content: '{}' },
          { type: 'text', text: 'And on Tuesday?', ...CACHED },
        ],
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('temperature');
  });

  it('tells what the answer cost, what came from the cache with the rest', async () => {
    expect((await readAll(ask())).seen.at(-1)).toMatchObject({
      usage: { inputTokens: 23, cachedInputTokens: 12, outputTokens: 5, writtenInputTokens: 3 },
    });
  });

  const THOUGHT = { type: 'thinking', thinking: '', signature: '' };
  const thoughtful = [
    event('message_start', { message: { usage: { input_tokens: 1 } } }),
    ...block(0, THOUGHT, { type: 'thinking_delta', thinking: 'Hm, ' }, { type: 'thinking_delta', thinking: 'a day.' }, { type: 'signature_delta', signature: 'EqQB+/=' }), // prettier-ignore
    ...block(1, { type: 'redacted_thinking', data: 'opaque==' }),
    ...block(2, { type: 'text', text: '' }, { type: 'text_delta', text: 'Let me look at **that**.' }),
    ...block(3, { type: 'tool_use', id: 'one', name: 'look_up', input: {} }, { type: 'input_json_delta', partial_json: '{"day":1}' }), // prettier-ignore
    ...block(4, THOUGHT, { type: 'thinking_delta', thinking: 'Two.' }, { type: 'signature_delta', signature: 'Zz' }),
    ...block(5, { type: 'tool_use', id: 'two', name: 'look_up', input: {} }),
    stopped('tool_use'),
    event('message_stop'),
  ];

  /** What the answer wants back. */
  async function vendorPartsOf(): Promise<VendorParts | undefined> {
    far.send(...thoughtful);
    const last = (await readAll(ask())).seen.at(-1);
    return last?.type === 'finished' ? last.vendorParts : undefined;
  }
  const call = (id: string) => ({ id, name: 'look_up', argumentsJson: '{}' });
  const contentOfAgent = (n: number) =>
    (far.asked[n]?.body['messages'] as { role: string; content: unknown[] }[])[1]?.content;

  it('gives thoughts back as they came and where they stood, around what was heard', async () => {
    const vendorParts = await vendorPartsOf();
    expect(vendorParts?.model).toBe('anthropic/claude-haiku-5-5');
    const agent: Message = { role: 'agent', text: 'Let me look', calls: [call('one'), call('two')], vendorParts };
    await readAll(ask([{ role: 'caller', text: 'When?' }, agent]));
    expect(contentOfAgent(1)).toEqual([
      { type: 'thinking', thinking: 'Hm, a day.', signature: 'EqQB+/=' },
      { type: 'redacted_thinking', data: 'opaque==' },
      { type: 'text', text: 'Let me look' },
      { type: 'tool_use', id: 'one', name: 'look_up', input: {} },
      { type: 'thinking', thinking: 'Two.', signature: 'Zz' },
      { type: 'tool_use', id: 'two', name: 'look_up', input: {} },
    ]);
  });

  it('gives only calls back that are still told, and no thoughts of another model', async () => {
    const vendorParts = await vendorPartsOf();
    const agent: Message = { role: 'agent', text: '', calls: [call('two')], vendorParts };
    await readAll(ask([{ role: 'caller', text: 'When?' }, agent]));
    expect(contentOfAgent(1)).toMatchObject([{ signature: 'EqQB+/=' }, {}, { signature: 'Zz' }, { id: 'two' }]);
    const other: Message = { ...agent, vendorParts: { model: 'gemini/any', json: 'not even JSON' } };
    await readAll(ask([{ role: 'caller', text: 'When?' }, other]));
    expect(contentOfAgent(2)).toMatchObject([{ type: 'tool_use', id: 'two' }]);
  });

  it('keeps nothing back of an answer without thoughts', async () => {
    await far.play({ text: ['Yes.'], calls: [call('one')] });
    expect((await readAll(ask())).seen.at(-1)).not.toHaveProperty('vendorParts');
  });

  it('leaves room for thoughts where it may think', async () => {
    await far.server.close();
    ({ clock, far, model } = await open({ thinking: 'adaptive' }));
    await readAll(ask(undefined, { maxOutputTokens: 400 }));
    expect(far.asked[0]?.body).toMatchObject({ thinking: { type: 'adaptive' }, max_tokens: 2_400 });
  });

  it('asks for an answer of a shape, and then for no function', async () => {
    const schema = {
      type: 'object',
      properties: { who: { type: 'object', properties: { name: { type: 'string' } } } },
    };
    const messages: Message[] = [
      { role: 'agent', text: '', calls: [{ id: 'call|1', name: 'book', argumentsJson: 'none' }] },
      { role: 'function', id: 'call|1', name: 'book', resultJson: '1' },
      { role: 'caller', text: 'Thanks.' },
    ];
    await readAll(ask(messages, { functions: [LOOK_UP], answerSchema: { name: 'report', schema } }));
    const closed = { additionalProperties: false };
    const who = { ...schema.properties.who, ...closed };
    expect(far.asked[0]?.body).toMatchObject({
      output_config: { format: { type: 'json_schema', schema: { ...schema, properties: { who }, ...closed } } },
      tools: [{ name: 'book', input_schema: { type: 'object' } }],
      tool_choice: { type: 'none' },
      messages: [{}, { content: [{ id: 'call_1', input: {} }] }, { content: [{ tool_use_id: 'call_1' }, {}] }],
    });
  });

  it.each([
    ['model_context_window_exceeded', 'length'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['a_new_one', 'stop'],
  ])('understands that it ended by %s', async (theirs, reason) => {
    far.send(...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Yes.' }), stopped(theirs));
    expect((await readAll(ask())).seen).toMatchObject([{ type: 'text' }, { type: 'finished', reason }]);
  });

  it('passes over what it does not know', async () => {
    far.send(
      event('a_new_event', { index: 7, more: [] }),
      ...block(0, { type: 'a_new_block', id: 'x' }, { type: 'a_new_delta', text: 'not text' }),
      ...block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'Yes.' }),
      stopped('end_turn'),
    );
    expect((await readAll(ask())).seen).toMatchObject([{ text: 'Yes.' }, { type: 'finished' }]);
  });

  it.each<[string, string[], string]>([
    ['an answer that never says that it ended', block(0, { type: 'text', text: '' }), 'provider.unreachable'],
    ['an event of another shape', ['{"type":7}'], 'provider.unreadable'],
    ['a call without a name', block(0, { type: 'tool_use', id: 'one' }), 'provider.unreadable'],
    ['an overload', [event('error', { error: { type: 'overloaded_error', message: 'Zoë' } })], 'provider.overloaded'],
    ['an error without a name', [event('error', { error: { message: 'Zoë' } })], 'provider.unreachable'],
  ])('refuses %s', async (_what, events, code) => {
    far.send(...events);
    const { error } = await readAll(ask());
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 9 })).not.toContain('Zoë');
  });

  it.each([
    ['status-401', 'provider.refused'],
    ['status-529', 'provider.overloaded'],
  ])('keeps what the caller said out of its errors: %s', async (then, code) => {
    await far.play({ then: then as ModelPlay['then'] });
    const { error } = await readAll(ask());
    expect(error).toMatchObject({ code });
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
    for (let n = 1; n <= 20; n += 1) await readAll(ask(undefined, { requestId: `call-1/${n}` }));
    expect(far.connections).toBeLessThanOrEqual(2); // the next request may come before the last connection is free
  });

  it('does not take a ping for the first token', async () => {
    far.send(event('message_start', { message: { usage: { input_tokens: 1 } } }), event('ping'), HOLD);
    const reading = readAll(ask());
    await far.requests(1);
    for (let n = 0; n < 100; n += 1) await clock.advance(50);
    expect((await reading).error).toMatchObject({ code: 'provider.timed-out' });
  });

  it('does not wait for ever for the end of a whole answer', async () => {
    far.send(...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Yes.' }), stopped('end_turn'), HOLD);
    const reply = ask()[Symbol.asyncIterator]();
    await reply.next();
    const last = reply.next();
    for (let n = 0; n < 10; n += 1) await clock.advance(60);
    expect(await last).toMatchObject({ value: { type: 'finished', reason: 'stop' } satisfies Partial<ModelPart> });
  });
});
