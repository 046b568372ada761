import { beforeEach, describe, expect, it } from '@jest/globals';
import { type LanguageModel, type ModelRequest, ProviderError } from '@app/conversation/ports';
import { FakeFunctionRunner, ScriptedLanguageModel, type ScriptedReply, someSettings } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { TestCalls } from './test-calls.js';

let clock: FakeClock;
let model: ScriptedLanguageModel;
let runner: FakeFunctionRunner;
let counted: unknown[][];
beforeEach(() => {
  clock = new FakeClock();
  counted = [];
  runner = new FakeFunctionRunner(clock, [
    { name: 'find-free-slots', results: [{ ok: true, resultJson: '{"slots":["ten"]}' }] },
    { name: 'book-appointment', effect: 'changes' },
    { name: 'end-call', effect: 'ends-call' },
    { name: 'transfer-call', effect: 'transfers-call' },
  ]);
});

/** An agent whose model answers so. */
function open(...script: (string | ScriptedReply)[]): TestCalls {
  model = new ScriptedLanguageModel(clock, script);
  const metered: LanguageModel = {
    name: model.name,
    async *reply(request: ModelRequest) {
      request.onUsed?.({ stage: 'model', provider: 'a/mind', tokens: { inputTokens: 10, cachedInputTokens: 0, outputTokens: 5 } }); // prettier-ignore
      yield* model.reply(request);
    },
  };
  const total = (usages: readonly object[]) => ({ lines: usages.map(() => ({ usd: 0.25, waste: null, provider: 'a/mind' })), prices: [] }); // prettier-ignore
  return new TestCalls({
    chains: { of: () => ({ model: metered }) as never },
    functionsFor: () => runner,
    prices: { usdOf: () => 0.25, costOf: total as never },
    metrics: { providerCost: (...cost) => void counted.push(cost), providerUnpriced: () => undefined },
    clock,
  });
}
const settings = () => someSettings();
const calling = (name: string, argumentsJson = '{}') => ({ calls: [{ id: name, name, argumentsJson }] });

describe('a test call', () => {
  it('tells what the agent says to each line, with all that went before, and what it cost', async () => {
    const call = await open('Yes, we are.', 'From nine.').hold(settings(), ['Are you open?', 'Since when?']);
    expect(call).toMatchObject({
      turns: [
        { caller: 'Are you open?', agent: 'Yes, we are.', functions: [] },
        { caller: 'Since when?', agent: 'From nine.' },
      ],
      end: { because: 'lines-over' },
      cost: { usd: 0.5 },
    });
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['system', 'agent', 'caller', 'agent', 'caller']); // prettier-ignore
    expect(model.requests[0]?.messages[1]).toEqual({ role: 'agent', text: settings().greeting });
    expect(counted).toHaveLength(2);
    expect(clock.waiting).toBe(0);
  });

  it('looks up what the agent looks up, and changes nothing', async () => {
    const script = [calling('find-free-slots'), { text: 'Ten is free.', ...calling('book-appointment') }, 'I would book it.']; // prettier-ignore
    const { turns } = await open(...script).hold(settings(), ['Is ten free?']);
    expect(turns).toMatchObject([
      {
        agent: 'Ten is free. I would book it.',
        functions: [
          { name: 'find-free-slots', outcome: 'ran' },
          { name: 'book-appointment', outcome: 'refused' },
        ],
      },
    ]);
    expect(runner.runs.map(({ name }) => name)).toEqual(['find-free-slots']);
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({ role: 'function', resultJson: '{"slots":["ten"]}' });
    expect(model.requests[2]?.messages.at(-1)).toMatchObject({ resultJson: expect.stringContaining('test call') });
  });

  it('ends where the agent would hang up or transfer', async () => {
    const over = await open({ text: 'Goodbye.', ...calling('end-call') }).hold(settings(), ['Bye.', 'Still there?']);
    expect(over).toMatchObject({ turns: [{ agent: 'Goodbye.' }], end: { because: 'agent-hung-up' } });
    const sent = await open(calling('transfer-call', '{"to":"+441632960001"}')).hold(settings(), ['A person, please.']);
    expect(sent).toMatchObject({
      turns: [{ agent: settings().phrases.oneMoment, functions: [{ outcome: 'asked' }] }],
      end: { because: 'agent-transferred', to: '+441632960001' },
    });
  });

  it('says of itself what an agent says whose model gives nothing, or may not', async () => {
    const { sayAgain, cannotHelp = sayAgain } = settings().phrases;
    const { turns } = await open('', { reason: 'refused' }).hold(settings(), ['Hm?', 'And now?']);
    expect(turns.map(({ agent }) => agent)).toEqual([sayAgain, cannotHelp]);
  });

  it('is over after thirty seconds, with what was said until then', async () => {
    const held = open('One.', { text: 'Two words', tokenMs: 40_000 }).hold(settings(), ['First?', 'Second?']);
    await clock.advance(30_000);
    expect(await held).toMatchObject({
      turns: [{ agent: 'One.' }, { agent: 'Two', tookMs: 30_000 }],
      end: { because: 'time-is-up' },
    });
    expect(clock.waiting).toBe(0);
  });

  it('is told as impossible when nobody thinks for the agent', async () => {
    const held = open({ error: new ProviderError('a/mind', 'unreachable') }).hold(settings(), ['Hello?']);
    await expect(held).rejects.toMatchObject({ code: 'agent.unable' });
  });

  it('is held twice at once in a process, not more often', async () => {
    const calls = open({ afterMs: 1_000, text: 'a' }, { afterMs: 1_000, text: 'b' });
    const held = [calls.hold(settings(), ['One?']), calls.hold(settings(), ['Two?'])];
    await expect(calls.hold(settings(), ['Three?'])).rejects.toMatchObject({ code: 'request.too-many' });
    await clock.advance(1_000);
    await Promise.all(held);
  });
});
