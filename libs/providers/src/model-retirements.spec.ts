import { describe, expect, it } from '@jest/globals';
import { retirementOf } from './model-retirements.js';

const today = new Date('2026-11-21T12:00:00Z');

describe('the end of models', () => {
  it('tells when one ends, and what comes after it', () => {
    expect(retirementOf('openai/gpt-4o-mini', today)).toEqual({
      name: 'openai/gpt-4o-mini',
      endsOn: '2027-01-14',
      replacement: 'openai/gpt-6-luna',
      state: 'retiring',
    });
  });

  it.each([
    ['2027-01-13T23:59:59Z', 'retiring'],
    ['2027-01-14T00:00:00Z', 'retired'],
  ])('on %s it is %s', (date, state) => {
    expect(retirementOf('openai/gpt-4o', new Date(date))?.state).toBe(state);
  });

  it.each([
    'openai/gpt-4o-2024-08-06',
    'openai/gpt-4o-mini-tts-2025-12-15',
    'openai/gpt-3.5-turbo',
    'anthropic/claude-sonnet-4-5-20250929',
  ])('knows %s', (name) => {
    expect(retirementOf(name, today)).toBeDefined();
  });

  it.each(['openai/gpt-6-luna', 'openai/gpt-5.6-sol', 'other/gpt-4o', 'deepgram/nova-3', 'gpt-4o'])(
    'has nothing to say of %s',
    (name) => {
      expect(retirementOf(name, today)).toBeUndefined();
    },
  );
});
