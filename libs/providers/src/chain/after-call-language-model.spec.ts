import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ModelPart, ProviderError } from '@app/conversation/ports';
import { readAll, ScriptedLanguageModel } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { StatedGate } from '../testing/stated-gate.js';
import { AfterCallLanguageModel } from './after-call-language-model.js';

const GATED = { stage: 'model', name: 'a/1', host: 'host' } as const;
let gate: StatedGate;
let clock: FakeClock;
beforeEach(() => {
  [gate, clock] = [new StatedGate(), new FakeClock()];
});

async function ask(...script: ConstructorParameters<typeof ScriptedLanguageModel>[1] & readonly unknown[]) {
  const inner = new ScriptedLanguageModel(clock, script, { name: 'a/1' });
  const model = new AfterCallLanguageModel({ model: inner, gated: GATED, gate, clock });
  const { signal } = new AbortController();
  const read = await readAll<ModelPart>(model.reply({ requestId: '1', messages: [], functions: [], signal }));
  return { ...read, asked: inner.requests.length };
}

describe('a model for what comes after a call', () => {
  it('answers, and tells the gate', async () => {
    expect(await ask('Yes.')).toMatchObject({ seen: [{ text: 'Yes.' }, { type: 'finished' }], error: undefined });
    expect([gate.told, gate.inUse]).toEqual([['a/1 answered'], 0]);
  });

  it('tells of a failure', async () => {
    expect(await ask({ error: new ProviderError('a/1', 'timed-out') })).toMatchObject({
      error: { failure: 'timed-out' },
    });
    expect([gate.told, gate.inUse]).toEqual([['a/1 failed'], 0]);
  });

  it('is overloaded while there is no place, or it is down', async () => {
    gate.down.add('a/1');
    expect(await ask()).toMatchObject({ error: { failure: 'overloaded', retryable: true }, asked: 0 });
  });

  it('may be the one that tries whether it is back', async () => {
    gate.down.add('a/1');
    gate.tried.add('a/1');
    expect(await ask('Yes.')).toMatchObject({ error: undefined, asked: 1 });
    expect(gate.down.size).toBe(0);
  });
});
