import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import type { Fault } from '../faults.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';

type Params = Anthropic.MessageCreateParamsNonStreaming;
type Turn = Anthropic.MessageParam;

const CACHED = { cache_control: { type: 'ephemeral' } } as const;
const SYSTEM = 'Speak English. The call began on 2026-11-21.';
const WISH: Turn = { role: 'user', content: 'I need an appointment tomorrow.' };
const TOOLS: Anthropic.Tool[] = [
  { name: 'find-free-slots', input_schema: { type: 'object', properties: { date: { type: 'string' } } } },
];
const USUAL: Params = { model: 'claude-any', max_tokens: 400, system: SYSTEM, messages: [WISH], tools: TOOLS };
const CALL = { type: 'tool_use', id: 'toolu_1', name: 'find-free-slots', input: {} } as const;
const RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: '{"slots":[]}' } as const;

describe('the Anthropic double', () => {
  let doubles: ServedDoubles;
  let client: Anthropic;
  beforeAll(async () => {
    doubles = await servedDoubles();
    client = new Anthropic({ apiKey: 'lab', baseURL: `${doubles.url}/anthropic`, maxRetries: 0, logLevel: 'off' });
  });
  afterAll(() => doubles.close());

  const blame = (kind: Fault['kind'], status = 500) => doubles.faults.add({ double: 'model', kind, status, times: 1 });
  const stream = (asked: Partial<Params> = {}) =>
    client.messages.stream({ ...USUAL, ...asked }, { headers: { 'x-client-request-id': `${A_CALL}/1` } });
  const ask = (asked: Partial<Params> = {}) => client.messages.create({ ...USUAL, ...asked });

  it('streams text word by word and a function in pieces, as their own client reads them', async () => {
    const answering = stream();
    const [texts, pieces, types]: [string[], string[], string[]] = [[], [], []];
    answering.on('text', (text) => texts.push(text));
    answering.on('inputJson', (piece) => pieces.push(piece));
    answering.on('streamEvent', ({ type }) => types.push(type));
    const { content, stop_reason: reason, usage } = await answering.finalMessage();
    expect(content).toMatchObject([
      { type: 'text', text: 'Let me look at the calendar.' },
      { type: 'tool_use', id: expect.stringMatching(/^toolu_/), input: { date: '2026-11-22' } },
    ]);
    expect(texts).toHaveLength(6);
    expect(pieces.join('')).toBe('{"date":"2026-11-22"}');
    expect(pieces.length).toBeGreaterThan(1);
    expect([types[0], ...types.slice(-2)]).toEqual(['message_start', 'message_delta', 'message_stop']);
    expect(reason).toBe('tool_use');
    expect(usage.input_tokens).toBeGreaterThan(10);
    expect(usage.output_tokens).toBeGreaterThan(5);
  });

  it('answers whole when it is not asked to stream', async () => {
    const { content, stop_reason: reason } = await ask({ tools: [], messages: [{ role: 'user', content: 'Where are you?' }] }); // prettier-ignore
    expect(content).toMatchObject([{ type: 'text', text: expect.stringContaining('Harbour Street') }]);
    expect(reason).toBe('end_turn');
  });

  it('writes the conversation down, by the call in the request’s name', async () => {
    const messages: Turn[] = [WISH, { role: 'assistant', content: [{ type: 'text', text: 'Let me look.' }, CALL] }, { role: 'user', content: [RESULT] }]; // prettier-ignore
    await stream({ messages }).finalMessage();
    const answered = await fetch(`${doubles.url}/lab/calls/${A_CALL}`);
    const { modelRequests } = z.object({ modelRequests: z.array(z.looseObject({})) }).parse(await answered.json());
    expect(modelRequests.at(-1)).toMatchObject({
      requestId: `${A_CALL}/1`,
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: 'I need an appointment tomorrow.' },
        { role: 'assistant', content: 'Let me look.', tool_calls: [{ id: 'toolu_1' }] },
        { role: 'tool', tool_call_id: 'toolu_1', content: '{"slots":[]}' },
      ],
      answer: { text: expect.stringContaining('nothing free') },
    });
  });

  it('knows its own thoughts again, and refuses them changed', async () => {
    const thinking = { type: 'adaptive' } as const;
    const { content } = await ask({ thinking });
    const [thought, , use] = content;
    if (thought?.type !== 'thinking' || use?.type !== 'tool_use') throw new Error('it thought of a function');
    const result: Turn = { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: '{"slots":[]}' }] }; // prettier-ignore
    const goOn = (block: Anthropic.ThinkingBlock) =>
      ask({ thinking, messages: [WISH, { role: 'assistant', content: [block, use] }, result] });
    expect((await goOn(thought)).stop_reason).toBe('end_turn');
    await expect(goOn({ ...thought, thinking: `${thought.thinking} ` })).rejects.toThrow('Invalid `signature`');
  });

  it('keeps a long prompt, up to where it is marked', async () => {
    const system = [{ type: 'text' as const, text: `${SYSTEM} ${'You are kind. '.repeat(500)}`, ...CACHED }];
    const first = (await ask({ system })).usage;
    expect(first).toMatchObject({ cache_read_input_tokens: 0 });
    expect(first.cache_creation_input_tokens).toBeGreaterThan(1_024);
    const second = (await ask({ system, messages: [{ role: 'user', content: 'Hello?' }] })).usage;
    expect(second).toMatchObject({ cache_read_input_tokens: first.cache_creation_input_tokens, cache_creation_input_tokens: 0 }); // prettier-ignore
  });

  it.each<[string, Partial<Params>]>([
    ['a function’s result that nobody asked for', { messages: [{ role: 'user', content: [RESULT] }] }],
    ['a function call without its result', { messages: [WISH, { role: 'assistant', content: [CALL] }, WISH] }],
    [
      'a result behind other words',
      { messages: [WISH, { role: 'assistant', content: [CALL] }, { role: 'user', content: [{ type: 'text', text: 'So?' }, RESULT] }] }, // prettier-ignore
    ],
    [
      'calls without tools',
      { tools: [], messages: [WISH, { role: 'assistant', content: [CALL] }, { role: 'user', content: [RESULT] }] },
    ],
    ['empty words', { messages: [{ role: 'user', content: [{ type: 'text', text: ' ' }] }] }],
    ['an answer begun for it', { messages: [WISH, { role: 'assistant', content: 'I' }] }],
    ['a function whose name it would not take', { tools: [{ name: 'find free', input_schema: { type: 'object' } }] }],
    ['five marks', { messages: [{ role: 'user', content: Array.from({ length: 5 }, () => ({ type: 'text' as const, text: 'a', ...CACHED })) }] }], // prettier-ignore
    ['how freely it is to choose its words', { temperature: 1 } as Partial<Params>],
    ['no messages', { messages: [] }],
  ])('refuses %s', async (_what, asked) => {
    await expect(ask(asked)).rejects.toBeInstanceOf(Anthropic.BadRequestError);
  });

  it.each([
    [401, Anthropic.AuthenticationError, 'authentication_error'],
    [429, Anthropic.RateLimitError, 'rate_limit_error'],
    [500, Anthropic.InternalServerError, 'api_error'],
    [529, Anthropic.OverloadedError, 'overloaded_error'],
  ] as const)('refuses with %i when it is told to', async (status, kind, type) => {
    blame('status', status);
    const error: unknown = await ask().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, type });
  });

  it('lets nobody in without a key', async () => {
    const answered = await fetch(`${doubles.url}/anthropic/v1/messages`, { method: 'POST', body: '{}' });
    expect(answered.status).toBe(401);
    expect(await answered.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
  });

  it.each(['half-close', 'malformed'] as const)('breaks its stream off when its fault is to %s', async (kind) => {
    blame(kind);
    await expect(stream().finalMessage()).rejects.toThrow();
  });

  it('stops when whoever asked has gone, and answers the next', async () => {
    blame('trickle');
    const answering = stream();
    await new Promise<void>((resolve) => answering.once('streamEvent', () => resolve()));
    answering.abort();
    await expect(answering.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    expect((await ask()).stop_reason).toBe('tool_use');
  });

  it('says nothing when its fault is to be empty', async () => {
    blame('empty');
    expect(await ask()).toMatchObject({ content: [], stop_reason: 'end_turn' });
  });
});
