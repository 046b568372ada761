import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { z } from 'zod';
import type { Fault } from '../faults.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';

type Chunk = OpenAI.Chat.ChatCompletionChunk;

const SYSTEM = { role: 'system', content: 'Speak English. The call began on 2026-11-21.' } as const;
const WISH = { role: 'user', content: 'I need an appointment tomorrow.' } as const;
const TOOLS: OpenAI.Chat.ChatCompletionTool[] = [
  {
    type: 'function',
    function: { name: 'find-free-slots', parameters: { type: 'object', properties: { date: { type: 'string' } } } },
  },
];
const USUAL = { model: 'any', messages: [SYSTEM, WISH], tools: TOOLS };

describe('the OpenAI double', () => {
  let doubles: ServedDoubles;
  let client: OpenAI;
  beforeAll(async () => {
    doubles = await servedDoubles();
    client = new OpenAI({ apiKey: 'lab', baseURL: `${doubles.url}/openai/v1`, maxRetries: 0, logLevel: 'off' });
  });
  afterAll(() => doubles.close());

  const blame = (kind: Fault['kind'], status = 500) => doubles.faults.add({ double: 'model', kind, status, times: 1 });

  async function streamed(asked: object = {}): Promise<Chunk[]> {
    const stream = await client.chat.completions.create(
      { ...USUAL, stream: true, stream_options: { include_usage: true }, ...asked },
      { headers: { 'X-Client-Request-Id': `${A_CALL}/1` } },
    );
    const chunks: Chunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  }

  it('streams its text in words and a function in fragments, then why it ended, then the usage', async () => {
    const chunks = await streamed();
    const deltas = chunks.map(({ choices }) => choices[0]?.delta);
    const calls = deltas.flatMap((delta) => delta?.tool_calls ?? []);
    expect(deltas.map((delta) => delta?.content ?? '').join('')).toBe('Let me look at the calendar.');
    expect(deltas.filter((delta) => delta?.content).length).toBe(6);
    expect(calls[0]).toMatchObject({
      index: 0,
      type: 'function',
      function: { name: 'find-free-slots', arguments: '' },
    });
    expect(calls.slice(1).every(({ id, index }) => id === undefined && index === 0)).toBe(true);
    expect(calls.map((call) => call.function?.arguments ?? '').join('')).toBe('{"date":"2026-11-22"}');
    expect(calls.length).toBeGreaterThan(2);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
    expect(chunks.at(-1)).toMatchObject({ object: 'chat.completion.chunk', choices: [] });
    expect(chunks.at(-1)?.usage?.prompt_tokens).toBeGreaterThan(10);
  });

  it('answers whole when it is not asked to stream', async () => {
    const { choices, usage } = await client.chat.completions.create({ ...USUAL });
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { role: 'assistant' } });
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"date":"2026-11-22"}' } });
    expect(usage?.total_tokens).toBeGreaterThan(10);
  });

  it('writes down the messages as they came, by the call in the request’s name', async () => {
    await streamed({ messages: [SYSTEM, { role: 'user', content: 'Where are you?' }], tools: undefined });
    const answered = await fetch(`${doubles.url}/lab/calls/${A_CALL}`);
    const { modelRequests } = z.object({ modelRequests: z.array(z.looseObject({})) }).parse(await answered.json());
    expect(modelRequests.at(-1)).toMatchObject({
      requestId: `${A_CALL}/1`,
      messages: [SYSTEM, { role: 'user', content: 'Where are you?' }],
      answer: { text: expect.stringContaining('Harbour Street'), calls: [] },
    });
  });

  const call = { id: 'call_1', type: 'function', function: { name: 'find-free-slots', arguments: '{}' } } as const;
  it.each([
    ['a function’s result that nobody asked for', [SYSTEM, { role: 'tool', tool_call_id: 'call_1', content: '{}' }]],
    [
      'a function call without its result',
      [SYSTEM, WISH, { role: 'assistant', content: '', tool_calls: [call] }, WISH],
    ],
    [
      'the result of another call',
      [WISH, { role: 'assistant', tool_calls: [call] }, { role: 'tool', tool_call_id: 'call_2', content: '' }],
    ],
    ['no messages', []],
  ] as [string, OpenAI.Chat.ChatCompletionMessageParam[]][])('refuses %s', async (_, messages) => {
    await expect(client.chat.completions.create({ ...USUAL, messages })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('refuses a function whose name it would not take', async () => {
    const tools = [{ type: 'function', function: { name: 'find free slots' } }] as const;
    await expect(client.chat.completions.create({ ...USUAL, tools: [...tools] })).rejects.toThrow(/400/);
  });

  it('takes a function’s result', async () => {
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
      SYSTEM,
      WISH,
      { role: 'assistant', content: 'Let me look.', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: '{"slots":[]}' },
    ];
    const { choices } = await client.chat.completions.create({ ...USUAL, messages });
    expect(choices[0]?.message.content).toContain('nothing free');
  });

  it.each([
    [401, OpenAI.AuthenticationError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
  ])('refuses with %i when it is told to', async (status, error) => {
    blame('status', status);
    await expect(streamed()).rejects.toBeInstanceOf(error);
    await expect(streamed()).resolves.toBeDefined();
  });

  it('lets nobody in without a key', async () => {
    const answered = await fetch(`${doubles.url}/openai/v1/chat/completions`, { method: 'POST', body: '{}' });
    expect(answered.status).toBe(401);
    expect(await answered.json()).toMatchObject({ error: { code: 'invalid_api_key', type: 'invalid_request_error' } });
  });

  it.each(['half-close', 'malformed'] as const)('breaks its stream off when its fault is to %s', async (kind) => {
    blame(kind);
    await expect(streamed()).rejects.toThrow();
  });

  it('answers nothing at all when it hangs, until whoever asked gives up', async () => {
    blame('hang');
    await expect(client.chat.completions.create(USUAL, { timeout: 200 })).rejects.toBeInstanceOf(
      OpenAI.APIConnectionError,
    );
  });

  it('says nothing when its fault is to be empty', async () => {
    blame('empty');
    const { choices } = await client.chat.completions.create(USUAL);
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: null } });
  });
});
