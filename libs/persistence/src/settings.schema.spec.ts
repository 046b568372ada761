import { describe, expect, it } from '@jest/globals';
import { readSettings } from './settings.schema.js';
import { exampleSettings } from './testing/example-settings.js';

const settings = exampleSettings();

describe('settings of an agent', () => {
  it('are read as they were written', () => {
    expect(readSettings('clara', JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  it('may name who stands in for whom', () => {
    const voice = [{ voice: 'deepgram/aura-2', voiceId: 'thalia' }];
    const fallbacks = { recogniser: ['deepgram/nova-2'], model: ['anthropic/claude-haiku-5-5'], voice };
    const named = { ...settings, providers: { ...settings.providers, fallbacks } };
    expect(readSettings('clara', named)).toEqual(named);
  });

  it('may say what a call may cost', () => {
    const thrifty = {
      ...settings,
      budget: { usd: 0.25, closing: 'A colleague goes on.', transferTo: '+441632960001' },
    };
    expect(readSettings('clara', thrifty)).toEqual(thrifty);
    expect(readSettings('clara', { ...settings, budget: { usd: 1, transferTo: null } }).budget).toEqual({ usd: 1, transferTo: null }); // prettier-ignore
  });

  it.each([
    ['en-GB', 'all our lines are busy'],
    ['fr-FR', 'Toutes nos lignes sont occupées'],
  ])('of a version in %s without an overflow answer get one in its language', (language, words) => {
    const { overflow: _none, ...older } = { ...settings, agent: { ...settings.agent, language } };
    const { overflow } = readSettings('clara', older);
    expect(overflow?.message).toContain(words);
    expect(overflow?.transferTo).toBeNull();
  });

  it.each([
    ['nothing', null, 'settings: '],
    ['an empty greeting', { ...settings, greeting: ' ' }, 'greeting: '],
    [
      'no phrase for silence',
      { ...settings, phrases: { ...settings.phrases, stillThere: [] } },
      'phrases.stillThere: ',
    ],
    [
      'a probability above 1',
      { ...settings, turns: { ...settings.turns, voiceThreshold: 50 } },
      'turns.voiceThreshold: ',
    ],
    [
      'a silence threshold above the one of voice',
      { ...settings, turns: { ...settings.turns, silenceThreshold: 0.6 } },
      'turns.silenceThreshold: must not be above voiceThreshold',
    ],
    ['half a millisecond', { ...settings, turns: { ...settings.turns, pauseMs: 0.5 } }, 'turns.pauseMs: '],
    [
      'a model without a vendor',
      { ...settings, providers: { ...settings.providers, model: 'x' } },
      'providers.model: ',
    ],
    [
      'a fallback voice without its id',
      { ...settings, providers: { ...settings.providers, fallbacks: { voice: [{ voice: 'a/b' }] } } },
      'providers.fallbacks.voice.0.voiceId: ',
    ],
    [
      'an overflow number without its country',
      { ...settings, overflow: { message: 'Busy.', transferTo: '0163' } },
      'overflow.transferTo: ',
    ],
    ['a budget of nothing', { ...settings, budget: { usd: 0 } }, 'budget.usd: '],
    ['a constant that nobody knows', { ...settings, turns: { ...settings.turns, pause: 1 } }, 'turns: '],
    ['a language that is none', { ...settings, agent: { ...settings.agent, language: 'English' } }, 'agent.language: '],
  ])('are refused for %s', (_what, wrong, fault) => {
    expect(() => readSettings('clara', wrong)).toThrow(`settings of clara: ${fault}`);
  });

  it('name every fault at once', () => {
    const wrong = { ...settings, greeting: '', functions: 'all' };

    expect(() => readSettings('clara', wrong)).toThrow(/greeting: .*; functions: /);
  });
});
