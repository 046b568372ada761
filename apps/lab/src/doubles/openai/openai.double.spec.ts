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

  describe('asked for a shape', () => {
    const schema = (changes: object = {}) => ({
      type: 'object',
      properties: {
        summary: { type: 'string' },
        outcome: { type: 'string', enum: ['resolved', 'follow-up', 'unresolved'] },
        sentiment: { type: 'string', enum: ['positive', 'neutral'] },
        followUps: { type: 'array', items: { type: 'string' } },
      },
      required: ['summary', 'outcome', 'sentiment', 'followUps'],
      additionalProperties: false,
      ...changes,
    });
    const told = (language: string, ...lines: string[]): OpenAI.Chat.ChatCompletionMessageParam[] => [
      { role: 'system', content: `Write in ${language}.` },
      { role: 'user', content: ['TRANSCRIPT', ...lines].join('\n') },
    ];
    const ask = (messages: OpenAI.Chat.ChatCompletionMessageParam[], shape: Record<string, unknown> = schema()) =>
      client.chat.completions.create(
        {
          ...{ model: 'any', messages },
          response_format: { type: 'json_schema', json_schema: { name: 'report', strict: true, schema: shape } },
        },
        { headers: { 'X-Client-Request-Id': `${A_CALL}/report` } },
      );
    const read = async (messages: OpenAI.Chat.ChatCompletionMessageParam[]) =>
      JSON.parse((await ask(messages)).choices[0]?.message.content ?? '') as unknown;

    it('answers in it from the transcript that it is told, in the language that it is told, each time the same', async () => {
      const booked = told('English (en-GB)', 'Caller: I need a check-up.', 'Agent: Your appointment is booked.');
      const answer = await read([...booked, { role: 'user', content: '' }]);

      expect(answer).toEqual({
        summary: 'The caller said: “I need a check-up.” The agent answered 1 times.',
        ...{ outcome: 'resolved', sentiment: 'neutral', followUps: [] },
      });
      expect(await read(booked)).toEqual(answer);
      expect(await read(told('French (fr-FR)', 'Caller: Un rendez-vous, merci.', 'Agent: Bien sûr.'))).toEqual({
        summary: 'L’appelant a dit : « Un rendez-vous, merci. » L’agent a répondu 1 fois.',
        ...{ outcome: 'follow-up', sentiment: 'positive', followUps: ['Rappeler.'] },
      });
    });

    it('keeps it out of the turns of the call', async () => {
      const before = await fetch(`${doubles.url}/lab/calls/${A_CALL}`).then((answered) => answered.text());
      await ask(told('English'));

      expect(await fetch(`${doubles.url}/lab/calls/${A_CALL}`).then((answered) => answered.text())).toBe(before);
    });

    it.each([
      ['lets more in', schema({ additionalProperties: true }), 'additionalProperties'],
      ['leaves something out', schema({ required: ['summary'] }), "Missing 'outcome'"],
      ['bounds a text', schema({ properties: { summary: { type: 'string', minLength: 1 } } }), 'minLength'],
    ])('refuses one that %s', async (_what, shape, why) => {
      await expect(ask(told('English'), shape)).rejects.toThrow(why);
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
