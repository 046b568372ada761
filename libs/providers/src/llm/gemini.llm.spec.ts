import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message, ModelRequest, VendorParts } from '@app/conversation/ports';
import { describeLanguageModel, type ModelPlay, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { inspect } from 'node:util';
import { FarGemini } from '../testing/far-gemini.js';
import { HOLD } from '../testing/far-model.js';
import { type GeminiConfig, GeminiLanguageModel } from './gemini.llm.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open(more: Partial<GeminiConfig> = {}) {
  const clock = new FakeClock();
  const far = await FarGemini.open(clock);
  const config = { apiKey: 'key', url: far.url, model: 'gemini-3.5-flash-lite', timeouts: patience, ...more };
  return { clock, far, model: new GeminiLanguageModel(config, clock) };
}

describeLanguageModel('GeminiLanguageModel', async () => {
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

const chunk = (parts: object[], more: object = {}) =>
  JSON.stringify({ candidates: [{ content: { role: 'model', parts }, ...more }] });
const ended = (finishReason: string) => JSON.stringify({ candidates: [{ finishReason }] });
const LOOK_UP = { name: 'look_up', description: 'Looks it up.', parameters: { type: 'object', properties: {} } };

describe('GeminiLanguageModel', () => {
  let clock: FakeClock;
  let far: FarGemini;
  let model: GeminiLanguageModel;
  let stop: AbortController;
  beforeEach(async () => {
    ({ clock, far, model } = await open());
    stop = new AbortController();
  });
  afterEach(() => far.server.close());

  const ask = (messages: readonly Message[] = [{ role: 'caller', text: 'Hello?' }], more: Partial<ModelRequest> = {}) =>
    model.reply({ requestId: 'call-1/3.0', messages, functions: [], signal: stop.signal, ...more });
  const call = (id: string) => ({ id, name: 'look_up', argumentsJson: '{"day":1}' });
  const contents = (n: number) => far.asked[n]?.body['contents'] as { role: string; parts: unknown[] }[];

  it('tells the whole conversation in their words', async () => {
    const messages: Message[] = [
      { role: 'system', text: 'You are Ada.' },
      { role: 'agent', text: 'Hello, an AI speaks.' },
      { role: 'caller', text: 'When?' },
      { role: 'agent', text: 'Let me look.', calls: [call('one'), call('two')] },
      { role: 'function', id: 'one', name: 'look_up', resultJson: '{"at":"9:00"}' },
      { role: 'function', id: 'two', name: 'look_up', resultJson: '[1]' },
      { role: 'agent', text: ' ' }, // cut off before a word of it was heard
      { role: 'caller', text: 'And on Tuesday?' },
    ];
    await readAll(ask(messages, { functions: [LOOK_UP], maxOutputTokens: 400 }));
    expect(far.asked[0]).toMatchObject({
      path: '/far/v1/models/gemini-3.5-flash-lite:streamGenerateContent?alt=sse',
      headers: { 'x-goog-api-key': 'key', 'x-client-request-id': 'call-1/3.0' },
      body: {
        systemInstruction: { parts: [{ text: 'You are Ada.' }] },
        generationConfig: { maxOutputTokens: 2_400, thinkingConfig: { thinkingLevel: 'LOW' } },
        tools: [{ functionDeclarations: [{ name: 'look_up', description: 'Looks it up.', parametersJsonSchema: LOOK_UP.parameters }] }], // prettier-ignore
      },
    });
    const use = (id: string) => ({ functionCall: { id, name: 'look_up', args: { day: 1 } } });
    expect(contents(0)).toEqual([
      { role: 'user', parts: [{ text: '(The caller is on the line.)' }] },
      { role: 'model', parts: [{ text: 'Hello, an AI speaks.' }] },
      { role: 'user', parts: [{ text: 'When?' }] },
      { role: 'model', parts: [{ text: 'Let me look.' }, use('one'), use('two')] },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'one', name: 'look_up', response: { at: '9:00' } } },
          { functionResponse: { id: 'two', name: 'look_up', response: { result: [1] } } },
          { text: 'And on Tuesday?' },
        ],
      },
    ]);
  });

  it('tells what the answer cost, thoughts and cache with the rest', async () => {
    expect((await readAll(ask())).seen.at(-1)).toMatchObject({
      usage: { inputTokens: 20, cachedInputTokens: 12, outputTokens: 5 },
    });
  });

  const first = { functionCall: { name: 'look_up', args: { day: 1 } }, thoughtSignature: 'CiEB+/jw==' };
  const second = { functionCall: { id: 'theirs', name: 'look_up', args: {} } };

  /** What an answer of this wants back. */
  async function vendorPartsOf(...parts: object[]): Promise<VendorParts | undefined> {
    far.send(chunk(parts), ended('STOP'));
    const last = (await readAll(ask())).seen.at(-1);
    return last?.type === 'finished' ? last.vendorParts : undefined;
  }

  it('gives calls and signatures back as they came and where they stood, around what was heard', async () => {
    const vendorParts = await vendorPartsOf({ text: 'Let me look at **that**.' }, first, second);
    const agent: Message = {
      role: 'agent',
      text: 'Let me look',
      calls: [call('call-1_3_0_0'), call('theirs')],
      vendorParts,
    };
    const results: Message[] = ['call-1_3_0_0', 'theirs'].map((id) => ({ role: 'function', id, name: 'look_up', resultJson: '{}' })); // prettier-ignore
    await readAll(ask([{ role: 'caller', text: 'When?' }, agent, ...results]));
    expect(contents(1)[1]).toEqual({ role: 'model', parts: [{ text: 'Let me look' }, first, second] });
    expect(contents(1)[2]?.parts).toEqual([
      { functionResponse: { name: 'look_up', response: {} } },
      { functionResponse: { id: 'theirs', name: 'look_up', response: {} } },
    ]);
  });

  it('names calls that came without an id, each by its own', async () => {
    far.send(chunk([first, { functionCall: { name: 'look_up' } }]), ended('STOP'));
    expect((await readAll(ask())).seen).toMatchObject([
      { type: 'function-call', call: { id: 'call-1_3_0_0', argumentsJson: '{"day":1}' } },
      { type: 'function-call', call: { id: 'call-1_3_0_1', argumentsJson: '{}' } },
      { type: 'finished', reason: 'functions' },
    ]);
  });

  it('gives a signature of words back behind what was heard of them', async () => {
    const vendorParts = await vendorPartsOf({ text: 'It is ' }, { text: 'nine.', thoughtSignature: 'CiEB' });
    await readAll(
      ask([
        { role: 'caller', text: 'When?' },
        { role: 'agent', text: 'It is—', vendorParts },
      ]),
    );
    expect(contents(1)[1]?.parts).toEqual([{ text: 'It is—' }, { text: '', thoughtSignature: 'CiEB' }]);
  });

  it('says of another model’s call in the open turn that its signature is none', async () => {
    const vendorParts = { model: 'anthropic/any', json: 'not even JSON' };
    const agent: Message = { role: 'agent', text: '', calls: [call('one'), call('two')], vendorParts };
    await readAll(ask([{ role: 'caller', text: 'When?' }, agent]));
    expect(contents(0)[1]?.parts).toMatchObject([
      { functionCall: { id: 'one' }, thoughtSignature: 'skip_thought_signature_validator' },
      { functionCall: { id: 'two' } },
    ]);
    expect(contents(0)[1]?.parts[1]).not.toHaveProperty('thoughtSignature');
  });

  it('keeps thoughts to itself', async () => {
    far.send(chunk([{ text: 'The caller wants…', thought: true }, { text: 'Nine.' }]), ended('STOP'));
    expect((await readAll(ask())).seen).toMatchObject([{ type: 'text', text: 'Nine.' }, { type: 'finished' }]);
  });

  it('asks for an answer of a shape, and then for no function', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } } };
    await readAll(ask(undefined, { functions: [LOOK_UP], answerSchema: { name: 'report', schema } }));
    expect(far.asked[0]?.body).toMatchObject({
      generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema },
    });
    expect(far.asked[0]?.body).not.toHaveProperty('tools');
  });

  it.each([
    ['SAFETY', 'refused'],
    ['PROHIBITED_CONTENT', 'refused'],
    ['SPII', 'refused'],
    ['OTHER', 'refused'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'length'],
  ])('understands that it ended by %s', async (theirs, reason) => {
    far.send(chunk([{ text: 'Yes.' }, first]), ended(theirs));
    expect((await readAll(ask())).seen).toMatchObject([{ type: 'text' }, { type: 'finished', reason }]);
  });

  it('takes a question that they did not let through for refused', async () => {
    far.send(JSON.stringify({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } }));
    expect((await readAll(ask())).seen).toEqual([
      { type: 'finished', reason: 'refused', usage: { inputTokens: 4, cachedInputTokens: 0, outputTokens: 0 } },
    ]);
  });

  it('tells what comes after they said that they stop', async () => {
    far.send(chunk([{ text: 'One ' }], { finishReason: 'STOP' }), chunk([{ text: 'two.' }, second]), ended('STOP'));
    expect((await readAll(ask())).seen).toMatchObject([
      { text: 'One ' },
      { text: 'two.' },
      { call: { id: 'theirs' } },
      { type: 'finished', reason: 'functions' },
    ]);
  });

  it.each<[string, string[], string]>([
    ['an answer that never says that it ended', [chunk([{ text: 'Yes' }])], 'provider.unreachable'],
    ['a chunk of another shape', ['{"candidates":[{"content":{"parts":[{"text":7}]}}]}'], 'provider.unreadable'],
    ['a call without a name', [chunk([{ functionCall: { args: {} } }]), ended('STOP')], 'provider.unreadable'],
    ['a call that they could not write', [ended('MALFORMED_FUNCTION_CALL')], 'provider.unreachable'],
    ['an overload', ['{"error":{"code":503,"message":"Zoë","status":"UNAVAILABLE"}}'], 'provider.overloaded'],
    ['half a chunk', ['{"candidates":[{"content":{"parts":[{"text":"Zoë'], 'provider.unreadable'],
  ])('refuses %s', async (_what, events, code) => {
    far.send(...events);
    const { error } = await readAll(ask());
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 9 })).not.toContain('Zoë');
  });

  it('keeps what the caller said out of its errors', async () => {
    await far.play({ then: 'status-401' });
    const { error } = await readAll(ask());
    expect(error).toMatchObject({ code: 'provider.refused' });
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

  it('does not take a chunk without a word for the first token', async () => {
    far.send(chunk([{ text: '' }]), HOLD);
    const reading = readAll(ask());
    await far.requests(1);
    for (let n = 0; n < 100; n += 1) await clock.advance(50);
    expect((await reading).error).toMatchObject({ code: 'provider.timed-out' });
  });
});
