import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelPart, ModelRequest } from '@app/conversation/ports';
import { readAll } from '@app/conversation/testing';
import { loadResampler } from '@app/audio';
import { FakeClock } from '@app/kernel/testing';
import { readFileSync } from 'node:fs';
import { catalogOf, type ProvidersConfig } from './provider-catalog.js';
import { FarAnthropic } from './testing/far-anthropic.js';
import { FarGemini } from './testing/far-gemini.js';
import type { FarModel } from './testing/far-model.js';
import { FarOpenAi } from './testing/far-openai.js';

interface Row {
  /** `vendor/model`, with a model that the row speaks of. */
  name: string;
  ports: string[];
  wire: string;
  can: string;
}

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** The table of names; "the same" is what stands in the row before it. */
const rows = (README.split('## Names')[1]?.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .reduce<Row[]>((all, line) => {
    const [name = '', port = '', wire = '', can = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    const before = all.at(-1);
    const like = (cell: string, same = '') => cell.replace(/^the same/, same);
    const example = (quoted(name)[0] ?? '').replace('<model>', 'any').replace('flux-…', 'flux-general-multi');
    return [
      ...all,
      { name: example, ports: quoted(port), wire: like(wire, before?.wire), can: like(can, before?.can) },
    ];
  }, []);
const rowsOf = (port: string) => rows.filter(({ ports }) => ports.includes(port));

const STAGES: Record<string, string> = {
  recogniser: 'SpeechToText',
  model: 'LanguageModel',
  voice: 'TextToSpeech',
  speech: 'SpeechToSpeech',
};

function configAt(url: string): ProvidersConfig {
  const vendor = { apiKey: 'key', url, model: 'any' };
  return {
    ...{ deepgram: vendor, openai: vendor, anthropic: vendor, gemini: vendor, openaiCompatible: vendor },
    ...{ elevenlabs: vendor, openaiRealtime: vendor },
    recognisers: { openai: vendor, openaiCompatible: vendor, elevenlabs: vendor, google: vendor },
    voices: { deepgram: vendor, openai: vendor, openaiCompatible: vendor },
  };
}

beforeAll(() => loadResampler());

describe('the table of providers', () => {
  const catalog = catalogOf(configAt('http://127.0.0.1:1'), new FakeClock());

  it('has a row for each that there is, and no other', () => {
    const told = rows.flatMap(({ name, ports }) => ports.map((port) => `${port} ${name.split('/')[0]}`));
    const there = catalog.list().map(({ stage, name }) => `${STAGES[stage]} ${name.split('/')[0]}`);
    expect([...new Set(told)].sort()).toEqual([...new Set(there)].sort());
  });

  it.each(rowsOf('SpeechToText'))('tells what the recogniser $name can', ({ name, can }) => {
    const { wordTimes, endpoints, guessesTurns, settlesWhenAsked, wholeUtterances } = catalog.recogniser(name).capabilities; // prettier-ignore
    expect({
      wordTimes: /(?<!no )word times/.test(can),
      endpoints: can.includes('own endpointing'),
      guessesTurns: can.includes('guesses turns'),
      settlesWhenAsked: !can.includes('cannot be asked for words'),
      wholeUtterances: can.includes('nothing while the caller speaks'),
    }).toEqual({
      ...{ wordTimes, endpoints, guessesTurns: guessesTurns ?? false },
      ...{ settlesWhenAsked: settlesWhenAsked ?? true, wholeUtterances: wholeUtterances ?? false },
    });
  });

  it.each(rowsOf('TextToSpeech'))('tells what the voice $name can', ({ name, can }) => {
    expect(/(?<!no )word times/.test(can)).toBe(catalog.voice(name).capabilities.wordTimes);
  });
});

const THOUGHT = [
  { type: 'message_start', message: { usage: { input_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
];
const SIGNED = { functionCall: { id: 'one', name: 'look_up', args: {} }, thoughtSignature: 'c2lnbmVk' };
/** Their words for one answer with a thought, as far as they have any for it. */
const THOUGHTFUL: Record<string, readonly object[]> = {
  anthropic: THOUGHT,
  gemini: [{ candidates: [{ content: { role: 'model', parts: [SIGNED] }, finishReason: 'STOP' }] }],
};
const FARS: Record<string, (clock: FakeClock) => Promise<FarModel>> = {
  openai: (clock) => FarOpenAi.open(clock),
  anthropic: (clock) => FarAnthropic.open(clock),
  gemini: (clock) => FarGemini.open(clock),
  'openai-compatible': (clock) => FarOpenAi.open(clock),
};
const SHAPE = { name: 'verdict', schema: { type: 'object', properties: { isKept: { type: 'boolean' } } } };
const CALLS = ['one', 'two'].map((id) => ({ id, name: 'look_up', argumentsJson: '{}' }));

describe.each(rowsOf('LanguageModel'))('the table’s row of the model $name', ({ name, wire, can }) => {
  const vendor = name.split('/')[0] ?? '';

  /** What becomes of one question to it, over a socket. */
  async function ask(request: Partial<ModelRequest>, prepare: (far: FarModel) => unknown) {
    const clock = new FakeClock();
    const far = await FARS[vendor]?.(clock);
    if (!far) throw new Error(`nobody plays ${vendor}`);
    await prepare(far);
    const { signal } = new AbortController();
    const messages = [{ role: 'caller', text: 'Hello?' }] as const;
    const model = catalogOf(configAt(far.url), clock).model(name);
    const { seen, error } = await readAll(model.reply({ requestId: '1', messages, functions: [], signal, ...request }));
    await far.server.close();
    expect(error).toBeUndefined();
    const last = seen.at(-1);
    return { seen, finished: last?.type === 'finished' ? last : undefined, asked: far.asked[0] };
  }
  const callsIn = (seen: readonly ModelPart[]) => seen.filter(({ type }) => type === 'function-call').length;

  it('tells where it is asked', async () => {
    const { asked } = await ask({}, (far) => far.play({ text: ['Yes.'] }));
    expect(asked?.path).toContain((quoted(wire)[0] ?? 'nowhere').replace('<model>', 'any'));
  });

  it('tells whether it asks for several functions at once, and what it counts', async () => {
    const { seen, finished } = await ask({}, (far) => far.play({ calls: CALLS }));
    expect(callsIn(seen) > 1).toBe(can.includes('parallel functions'));
    expect(finished?.usage !== null).toBe(can.includes('usage'));
    expect(finished?.usage?.cachedInputTokens ?? 0).toBeGreaterThanOrEqual(can.includes('cached tokens') ? 12 : 0);
  });

  it('tells whether its answers may be bound to a shape', async () => {
    const { asked } = await ask({ answerSchema: SHAPE }, (far) => far.play({ text: ['{}'] }));
    expect(JSON.stringify(asked?.body).includes('isKept')).toBe(can.includes('answers of a shape'));
  });

  it('tells whether it is given its thoughts back', async () => {
    const { finished } = await ask({}, (far) => {
      const events = THOUGHTFUL[vendor];
      return events ? far.send(...events.map((event) => JSON.stringify(event))) : far.play({ calls: CALLS });
    });
    expect(finished?.vendorParts !== undefined).toBe(/thoughts .*unchanged/.test(can));
  });
});
