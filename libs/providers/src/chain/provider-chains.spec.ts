import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderFallbacks } from '@app/conversation/ports';
import { ScriptedLanguageModel, ScriptedSpeechToText, ScriptedTextToSpeech } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { ProviderCatalog, UnknownProvider } from '../provider-catalog.js';
import { StatedGate } from '../testing/stated-gate.js';
import { ProviderChains } from './provider-chains.js';

let clock: FakeClock;
let gate: StatedGate;
let asked: string[];
const stop = new AbortController();
beforeEach(() => {
  [clock, gate, asked, warmed] = [new FakeClock(), new StatedGate(), [], []];
});

let warmed: string[];

function chains(fallbacks?: ProviderFallbacks): ProviderChains {
  const source = { vendor: 'a', usualModel: 'usual', host: 'host' };
  const noted = (name: string) => {
    asked.push(name);
    return name;
  };
  const model = (vendor: string) => ({
    ...{ ...source, vendor, url: `https://${vendor}.example/v1`, stage: 'model' as const },
    make: (id: string) => new ScriptedLanguageModel(clock, () => 'Yes.', { name: noted(`${vendor}/${id}`) }),
  });
  const catalog = new ProviderCatalog([
    { ...source, stage: 'recogniser', make: (id) => new ScriptedSpeechToText({ name: noted(`a/${id}`) }) },
    ...[model('a'), model('b')],
    { ...source, stage: 'voice', make: (id) => new ScriptedTextToSpeech(clock, { name: noted(`a/${id}`) }) },
  ]);
  const warmHosts = { warm: (url: string) => void warmed.push(url) };
  return new ProviderChains({ catalog, gate, clock, fallbacks, warmHosts });
}

const NAMED = { recogniser: 'a/ear', model: 'a/mind', voice: 'a/mouth', voiceId: 'clara' };

/** Who is asked for an answer. */
async function thinks(of: ProviderChains, named: Parameters<ProviderChains['of']>[0]): Promise<string[]> {
  asked = [];
  const { model } = of.of(named);
  for await (const part of model.reply({ requestId: '1', messages: [], functions: [], signal: stop.signal })) void part;
  return asked;
}

describe('the chains of a call', () => {
  it('are one provider for each stage where nothing else is said', () => {
    const { recogniser, model, voice } = chains().of(NAMED);
    expect([recogniser.name, model.name, voice.name]).toEqual(['a/ear', 'a/mind', 'a/mouth']);
  });

  it('have the fallbacks of the agent, else those of the installation', async () => {
    gate.down.add('a/mind');
    const of = chains({ model: ['b/house'] });
    expect(await thinks(of, NAMED)).toEqual(['b/house']);
    const counted = of.statuses().filter(({ switchesTo, switchesFrom }) => switchesTo + switchesFrom > 0);
    expect(counted.map(({ name, switchesTo, switchesFrom }) => [name, switchesTo, switchesFrom])).toEqual([
      ['a/mind', 0, 1],
      ['b/house', 1, 0],
    ]);
    expect(await thinks(of, { ...NAMED, fallbacks: { model: ['b/own'] } })).toEqual(['b/own']);
    expect(await thinks(of, { ...NAMED, fallbacks: { recogniser: [] } })).toEqual(['b/house']);
    expect(await thinks(of, { ...NAMED, fallbacks: { model: [] } })).toEqual(['a/mind']);
  });

  it('pass over what is not configured here, unless nothing is left', async () => {
    expect(await thinks(chains(), { ...NAMED, model: 'c/x', fallbacks: { model: ['d/y', 'b/own'] } })).toEqual([
      'b/own',
    ]);
    expect(() => chains().of({ ...NAMED, model: 'c/x' })).toThrow(UnknownProvider);
  });

  it('cannot carry a call when nobody of a stage has answered for some seconds', () => {
    const of = chains();
    const fallbacks = { model: ['b/own'] };
    expect(of.canCarry({ ...NAMED, fallbacks })).toBe(true);
    gate.down.add('a/mind');
    expect([of.canCarry({ ...NAMED, fallbacks }), of.canCarry(NAMED)]).toEqual([true, false]);
    gate.down.add('b/own');
    expect(of.canCarry({ ...NAMED, fallbacks })).toBe(false);
  });

  it('show how each provider does that is configured or was asked for', () => {
    const of = chains();
    of.of(NAMED);
    gate.down.add('a/mind');
    const shown = of.statuses().map(({ stage, name, host, state }) => [stage, name, host, state].join(' '));
    expect(shown).toEqual([
      'recogniser a/usual host closed',
      'model a/usual host closed',
      'model b/usual host closed',
      'voice a/usual host closed',
      'recogniser a/ear host closed',
      'model a/mind host open',
      'voice a/mouth host closed',
    ]);
  });

  it('have a connection made to the model that will be asked', () => {
    const { model } = chains({ model: ['b/house'] }).of(NAMED);
    model.warm?.();
    gate.down.add('a/mind');
    model.warm?.();
    expect(warmed).toEqual(['https://a.example/v1', 'https://b.example/v1']);
  });

  it('are in the order of what they cost for a call that must be careful, if another is cheaper than the first', async () => {
    const usd: Record<string, number> = { 'a/mind': 3, 'b/own': 2, 'b/small': 1 };
    const cheaper = (named: typeof NAMED & { fallbacks?: ProviderFallbacks }) => chains().cheaperModel(named, (name) => usd[name]); // prettier-ignore
    const found = cheaper({ ...NAMED, fallbacks: { model: ['b/unpriced', 'b/own', 'b/small', 'c/gone'] } });
    expect(found?.name).toBe('b/small');
    gate.down.add('b/small');
    asked = [];
    for await (const part of found?.reply({ requestId: '1', messages: [], functions: [], signal: stop.signal }) ?? []) void part; // prettier-ignore
    expect(asked).toEqual(['b/own']);
    expect(cheaper(NAMED)).toBeUndefined();
    expect(cheaper({ ...NAMED, model: 'b/small', fallbacks: { model: ['b/own'] } })).toBeUndefined();
    expect(cheaper({ ...NAMED, model: 'b/unpriced', fallbacks: { model: ['b/own'] } })).toBeUndefined();
  });

  it('count the sessions that calls have', async () => {
    const of = chains();
    const ending = new AbortController();
    const { recogniser, voice } = of.of(NAMED);
    const options = { callId: 'call', language: 'en', rateHz: 8_000, signal: ending.signal } as const;
    await recogniser.open(options);
    voice.open({ ...options, voiceId: 'clara' });
    const counted = () => of.statuses().flatMap(({ name, sessions }) => (sessions > 0 ? [`${name} ${sessions}`] : []));
    expect(counted()).toEqual(['a/ear 1', 'a/mouth 1']);
    ending.abort();
    expect(counted()).toEqual([]);
  });
});
