import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type LanguageModel,
  type ModelPart,
  type ModelRequest,
  ProviderError,
  type ProviderSwitch,
} from '@app/conversation/ports';
import { readAll, ScriptedLanguageModel, type ScriptedReply } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { someChain } from '../testing/some-chain.js';
import { StatedGate } from '../testing/stated-gate.js';
import { FallbackLanguageModel } from './fallback-language-model.js';

const PATIENCE_MS = 1_000;
const CALL = { id: '1', name: 'find_slots', argumentsJson: '{}' };

let clock: FakeClock;
let gate: StatedGate;
let probes: string[];
let switches: ProviderSwitch[];
let stop: AbortController;
beforeEach(() => {
  [clock, gate, probes, switches, stop] = [new FakeClock(), new StatedGate(), [], [], new AbortController()];
});
afterEach(() => gate.expectNobodyInside(clock));

const scripted = (name: string, script: (string | ScriptedReply)[]) =>
  new ScriptedLanguageModel(clock, script, { name });
const broken = (name: string): ScriptedReply => ({ error: new ProviderError(name, 'unreachable') });

function chained(...models: LanguageModel[]): FallbackLanguageModel {
  const parts = { gate, clock, patienceMs: PATIENCE_MS, nameOf: ({ name }: LanguageModel) => name, probes };
  return new FallbackLanguageModel(someChain('model', models, parts));
}

const ask = (model: LanguageModel, changes: Partial<ModelRequest> = {}) =>
  readAll<ModelPart>(
    model.reply({
      requestId: 'call/1',
      messages: [],
      functions: [],
      signal: stop.signal,
      onSwitch: (change) => void switches.push(change),
      ...changes,
    }),
  );
const textOf = ({ seen }: { seen: readonly ModelPart[] }) =>
  seen.map((part) => (part.type === 'text' ? part.text : '')).join('');
const changesOf = () => switches.map(({ from, to, reason }) => `${from} > ${to}: ${reason}`);

/** What it says in the end, when so much time has passed. */
async function answerOf(model: LanguageModel, afterMs = 5_000) {
  const asking = ask(model);
  await clock.advance(afterMs);
  return asking;
}

describe('a chain of models', () => {
  it('asks the first alone while that answers, and says nothing of it', async () => {
    const [first, second] = [scripted('a/1', ['One two.']), scripted('b/2', [])];
    expect(textOf(await answerOf(chained(first, second)))).toBe('One two.');
    expect([second.requests, switches, gate.told]).toEqual([[], [], ['a/1 answered']]);
  });

  it('asks the next at once when one fails before a word, and tells who speaks', async () => {
    const [first, second] = [scripted('a/1', [broken('a/1')]), scripted('b/2', ['Two.'])];
    expect(textOf(await answerOf(chained(first, second), 0))).toBe('Two.');
    expect(switches).toEqual([{ stage: 'model', from: 'a/1', to: 'b/2', reason: 'failed' }]);
    expect(gate.told).toEqual(['a/1 failed', 'b/2 answered']);
  });

  it('asks the next beside one that is late; the first word wins, and the other is stopped', async () => {
    const first = scripted('a/1', [{ text: 'Late.', afterMs: PATIENCE_MS + 400 }]);
    const second = scripted('b/2', [{ text: 'Quick.', afterMs: 300 }]);
    expect(textOf(await answerOf(chained(first, second)))).toBe('Quick.');
    expect(changesOf()).toEqual(['a/1 > b/2: slow']);
    expect(first.requests[0]?.signal.aborted).toBe(true);
  });

  it('lets one that was late win after all, when it speaks first', async () => {
    const first = scripted('a/1', [{ text: 'Late.', afterMs: PATIENCE_MS + 200 }]);
    const second = scripted('b/2', [{ text: 'Later.', afterMs: 300 }]);
    expect(textOf(await answerOf(chained(first, second)))).toBe('Late.');
    expect([switches, second.requests[0]?.signal.aborted]).toEqual([[], true]);
  });

  it.each<[string, ScriptedReply]>([
    ['a function without a word', { calls: [CALL] }],
    ['nothing', {}],
    ['a refusal', { reason: 'refused' }],
  ])('takes %s for an answer', async (_what, reply) => {
    const second = scripted('b/2', []);
    const { seen } = await answerOf(chained(scripted('a/1', [reply]), second));
    expect(seen.at(-1)).toMatchObject({ type: 'finished' });
    expect([second.requests, switches]).toEqual([[], []]);
  });

  it('is patient with a function whose arguments take long, once the answer has begun', async () => {
    const slow = scripted('a/1', [{ calls: [CALL], endMs: 3_000 }]);
    const begins: LanguageModel = {
      name: 'a/1',
      reply: (request) => {
        clock.after(500, () => request.onBegun?.());
        return slow.reply(request);
      },
    };
    const second = scripted('b/2', []);
    expect((await answerOf(chained(begins, second))).seen[0]).toEqual({ type: 'function-call', call: CALL });
    expect(second.requests).toEqual([]);
  });

  it('cannot take back what was said: the error comes through, and the next question goes to another', async () => {
    const first = scripted('a/1', [{ text: 'One', error: new ProviderError('a/1', 'unreachable') }]);
    const model = chained(first, scripted('b/2', ['Two.']));
    const { seen, error } = await answerOf(model, 0);
    expect([seen, error]).toMatchObject([[{ text: 'One' }], { provider: 'a/1' }]);
    expect(textOf(await answerOf(model))).toBe('Two.');
    expect(changesOf()).toEqual(['a/1 > b/2: failed']);
  });

  it('goes back to the first when its trouble is some seconds old', async () => {
    const first = scripted('a/1', [broken('a/1'), 'Back.']);
    const model = chained(first, scripted('b/2', ['Two.', 'Still two.']));
    for (const afterMs of [1_000, 4_100]) await answerOf(model, afterMs);
    expect(textOf(await answerOf(model))).toBe('Back.');
    expect(changesOf()).toEqual(['a/1 > b/2: failed', 'b/2 > a/1: healed']);
  });

  it('leaves out one that is down, from the first question on', async () => {
    gate.down.add('a/1');
    const first = scripted('a/1', []);
    expect(textOf(await answerOf(chained(first, scripted('b/2', ['Two.'])), 0))).toBe('Two.');
    expect([first.requests, changesOf()]).toEqual([[], ['a/1 > b/2: down']]);
  });

  it('asks one that is down when nobody else is left', async () => {
    gate.down.add('a/1').add('b/2');
    const model = chained(scripted('a/1', [broken('a/1')]), scripted('b/2', ['Two.']));
    expect(textOf(await answerOf(model))).toBe('Two.');
  });

  it('tells the last error when all have failed', async () => {
    const model = chained(scripted('a/1', [broken('a/1')]), scripted('b/2', [broken('b/2')]));
    const { seen, error } = await answerOf(model);
    expect([seen, error]).toMatchObject([[], { provider: 'b/2', failure: 'unreachable' }]);
  });

  it('takes what is no failure of a provider for a bug, and asks nobody else', async () => {
    const second = scripted('b/2', []);
    const { error } = await answerOf(chained(scripted('a/1', [{ error: new TypeError('a bug') }]), second));
    expect([error, second.requests]).toMatchObject([{ message: 'a bug' }, []]);
  });

  it('stops all that were asked when it is aborted', async () => {
    const models = [scripted('a/1', [{ afterMs: Infinity }]), scripted('b/2', [{ afterMs: Infinity }])];
    const asking = ask(chained(...models));
    await clock.advance(PATIENCE_MS + 100);
    stop.abort(new Error('barge-in'));
    expect(await asking).toMatchObject({ seen: [], error: { message: 'barge-in' } });
    expect(models.map(({ requests }) => requests[0]?.signal.aborted)).toEqual([true, true]);
  });
});

describe('a model of a chain that is down', () => {
  beforeEach(() => {
    gate.down.add('a/1');
    gate.tried.add('a/1');
  });

  it('is tried beside the one that answers, and stopped when it has shown that it is back', async () => {
    const first = scripted('a/1', [{ text: 'I am back.', afterMs: 800 }, 'Yes.']);
    const model = chained(first, scripted('b/2', ['Two.']));
    expect(textOf(await answerOf(model))).toBe('Two.');
    expect([probes, first.requests[0]?.signal.aborted]).toEqual([['a/1 answered'], true]);
    expect(textOf(await answerOf(model))).toBe('Yes.');
    expect(changesOf()).toEqual(['a/1 > b/2: down', 'b/2 > a/1: healed']);
  });

  it('answers the caller when it is the quicker one', async () => {
    const second = scripted('b/2', [{ text: 'Two.', afterMs: 500 }]);
    expect(textOf(await answerOf(chained(scripted('a/1', ['Back.']), second)))).toBe('Back.');
    expect([probes, switches]).toEqual([['a/1 answered'], []]);
  });

  it.each<[string, ScriptedReply]>([
    ['fails again', broken('a/1')],
    ['says nothing in time', { afterMs: Infinity }],
  ])('stays down when it %s', async (_how, reply) => {
    expect(textOf(await answerOf(chained(scripted('a/1', [reply]), scripted('b/2', ['Two.']))))).toBe('Two.');
    expect([probes, gate.down.has('a/1')]).toEqual([['a/1 failed'], true]);
  });

  it('is not judged when the question is dropped', async () => {
    const models = [scripted('a/1', [{ afterMs: Infinity }]), scripted('b/2', [{ text: 'Two.', tokenMs: 100 }])];
    const asking = ask(chained(...models));
    await clock.advance(10);
    stop.abort(new Error('barge-in'));
    await asking;
    await clock.advance(0);
    expect([probes, gate.told]).toEqual([[], ['b/2 answered']]);
  });

  it('leaves the caller to the other when that fails: whoever answers will do', async () => {
    const first = scripted('a/1', [{ text: 'Back.', afterMs: 400 }]);
    expect(textOf(await answerOf(chained(first, scripted('b/2', [broken('b/2')]))))).toBe('Back.');
  });
});
