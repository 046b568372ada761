import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiError, type Content, GoogleGenAI, type GenerateContentParameters } from '@google/genai';
import { z } from 'zod';
import type { Fault } from '../faults.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';

const HEADERS = { 'x-client-request-id': `${A_CALL}/1` };
const SYSTEM = 'Speak English. The call began on 2026-11-21.';
const WISH: Content = { role: 'user', parts: [{ text: 'I need an appointment tomorrow.' }] };
const SLOTS = { name: 'find-free-slots', parametersJsonSchema: { type: 'object', properties: { date: { type: 'string' } } } }; // prettier-ignore
const CONFIG = { systemInstruction: SYSTEM, tools: [{ functionDeclarations: [SLOTS] }] };
const RESULT = { functionResponse: { name: 'find-free-slots', response: { slots: [] } } };
const call = (thoughtSignature?: string) => ({
  functionCall: { name: 'find-free-slots', args: {} },
  ...(thoughtSignature && { thoughtSignature }),
});
const conversation = (...parts: Content['parts'][]): Content[] =>
  parts.map((each, n) => ({ role: n % 2 === 0 ? 'user' : 'model', parts: each ?? [] }));

describe('the Gemini double', () => {
  let doubles: ServedDoubles;
  let client: GoogleGenAI;
  beforeAll(async () => {
    doubles = await servedDoubles();
    const httpOptions = { baseUrl: `${doubles.url}/gemini`, fetch: globalThis.fetch }; // else of a dispatcher that Jest hides
    client = new GoogleGenAI({ apiKey: 'lab', httpOptions });
  });
  afterAll(() => doubles.close());

  const blame = (kind: Fault['kind'], status = 500) => doubles.faults.add({ double: 'model', kind, status, times: 1 });
  const asked = (contents: Content[], more: GenerateContentParameters['config'] = {}): GenerateContentParameters => ({
    model: 'gemini-any',
    contents,
    config: { ...CONFIG, httpOptions: { headers: HEADERS }, ...more },
  });
  const ask = (contents: Content[] = [WISH], more: GenerateContentParameters['config'] = {}) =>
    client.models.generateContent(asked(contents, more));
  async function streamed(contents: Content[] = [WISH], more: GenerateContentParameters['config'] = {}) {
    const chunks = [];
    for await (const chunk of await client.models.generateContentStream(asked(contents, more))) chunks.push(chunk);
    return chunks;
  }

  it('streams text word by word and functions whole, as their own client reads them', async () => {
    const chunks = await streamed();
    const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    expect(parts.flatMap(({ text }) => text || [])).toEqual(['Let ', 'me ', 'look ', 'at ', 'the ', 'calendar.']);
    expect(parts.filter(({ functionCall }) => functionCall)).toMatchObject([
      {
        functionCall: { id: expect.any(String), name: 'find-free-slots', args: { date: '2026-11-22' } },
        thoughtSignature: expect.stringMatching(/^[\w+/]+=*$/),
      },
    ]);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(chunks.at(-1)?.usageMetadata?.promptTokenCount).toBeGreaterThan(10);
  });

  it('answers whole when it is not asked to stream', async () => {
    const { text, candidates } = await ask([{ role: 'user', parts: [{ text: 'Where are you?' }] }], { tools: [] });
    expect(text).toContain('Harbour Street');
    expect(candidates?.[0]?.finishReason).toBe('STOP');
  });

  it('goes on with its own call when it comes back as it was, and writes the conversation down', async () => {
    const [candidate] = (await ask()).candidates ?? [];
    const [, theirs] = candidate?.content?.parts ?? [];
    const answer = { functionResponse: { ...RESULT.functionResponse, id: theirs?.functionCall?.id ?? '' } };
    await streamed(conversation(WISH.parts, [{ text: 'Let me look.' }, theirs ?? {}], [answer]));
    const answered = await fetch(`${doubles.url}/lab/calls/${A_CALL}`);
    const { modelRequests } = z.object({ modelRequests: z.array(z.looseObject({})) }).parse(await answered.json());
    const id = theirs?.functionCall?.id;
    expect(modelRequests.at(-1)).toMatchObject({
      requestId: `${A_CALL}/1`,
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: 'I need an appointment tomorrow.' },
        { role: 'assistant', content: 'Let me look.', tool_calls: [{ id }] },
        { role: 'tool', tool_call_id: id, content: '{"slots":[]}' },
      ],
      answer: { text: expect.stringContaining('nothing free') },
    });
  });

  it.each([
    ['a call of its own turn without a signature', [call()], [RESULT], 'missing a thought_signature'],
    ['a signature that is not its own', [call('c2lnbmVk')], [RESULT], 'missing a thought_signature'],
    [
      'a call without its result',
      [call('skip_thought_signature_validator')],
      WISH.parts,
      'number of function response',
    ],
  ])('refuses %s', async (_what, theirs, result, message) => {
    await expect(ask(conversation(WISH.parts, theirs, result))).rejects.toThrow(message);
  });

  it('takes calls of another model that say so, and any of turns that are over', async () => {
    const foreign = conversation(WISH.parts, [call('skip_thought_signature_validator')], [RESULT]);
    expect((await ask(foreign)).text).toContain('nothing free');
    const over = conversation(WISH.parts, [call()], [RESULT], [{ text: 'There is nothing free then.' }], [{ text: 'Where are you?' }]); // prettier-ignore
    expect((await ask(over)).text).toContain('Harbour Street');
  });

  it('refuses a call that nobody asked for, and a function whose name it would not take', async () => {
    const [, second, third] = conversation(WISH.parts, [call('skip_thought_signature_validator')], [RESULT]);
    await expect(ask([second ?? WISH, third ?? WISH])).rejects.toThrow('immediately after a user turn');
    const tools = [{ functionDeclarations: [{ name: 'find free slots' }] }];
    await expect(ask([WISH], { tools })).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    [401, 'UNAUTHENTICATED'],
    [429, 'RESOURCE_EXHAUSTED'],
    [503, 'UNAVAILABLE'],
  ])('refuses with %i when it is told to', async (status, name) => {
    blame('status', status);
    const error: unknown = await streamed().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, message: expect.stringContaining(name) });
  });

  it('lets nobody in without a key', async () => {
    const url = `${doubles.url}/gemini/v1/models/any:generateContent`;
    const answered = await fetch(url, { method: 'POST', body: '{}' });
    expect(answered.status).toBe(403);
    expect(await answered.json()).toMatchObject({ error: { code: 403, status: 'PERMISSION_DENIED' } });
  });

  it.each(['half-close', 'malformed'] as const)('breaks its stream off when its fault is to %s', async (kind) => {
    blame(kind);
    await expect(streamed()).rejects.toBeDefined();
  });

  it('stops when whoever asked has gone, and answers the next', async () => {
    blame('trickle');
    const gone = new AbortController();
    const stream = await client.models.generateContentStream(asked([WISH], { abortSignal: gone.signal }));
    expect((await stream.next()).value).toBeDefined();
    gone.abort();
    await expect(stream.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect((await ask()).functionCalls).toHaveLength(1);
  });

  it('says nothing when its fault is to be empty', async () => {
    blame('empty');
    const { text, functionCalls, candidates } = await ask();
    expect([text || undefined, functionCalls, candidates?.[0]?.finishReason]).toEqual([undefined, undefined, 'STOP']);
  });
});
