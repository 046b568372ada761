import { describe, expect, it } from '@jest/globals';
import { heardCall, wordsFrom } from '../testing/played-calls.js';
import { toldAgainstHeard } from './memory.js';

const request = (atMs: number, ...replies: string[]) => ({
  requestId: `call/${atMs}`,
  atMs,
  messages: [
    { role: 'system', content: 'You are Clara.' },
    ...replies.map((content) => ({ role: 'assistant', content })),
  ],
});

describe('what the model was told of its own words', () => {
  const words = [...wordsFrom(1_000, 'good morning how can I help'), ...wordsFrom(8_000, 'we have nine or')];

  it('agrees with the ear when it is told what was heard', () => {
    const modelRequests = [
      request(5_000, 'wrong'),
      request(12_000, 'Good morning, how can I help?', 'We have nine or'),
    ];
    expect(toldAgainstHeard(heardCall(words, { modelRequests }))).toEqual([
      { told: 'Good morning, how can I help?', heard: 'good morning how can i help', differs: 0 },
      { told: 'We have nine or', heard: 'we have 9 or', differs: 0 },
    ]);
  });

  it('counts the words that were never heard in the reply that they belong to', () => {
    const modelRequests = [request(12_000, 'Good morning, how can I help?', 'We have nine or ten on Tuesday.')];
    expect(toldAgainstHeard(heardCall(words, { modelRequests }))?.map(({ differs }) => differs)).toEqual([0, 3]);
  });

  it('counts a reply that was heard and not told', () => {
    const modelRequests = [request(12_000, 'Good morning, how can I help?')];
    expect(toldAgainstHeard(heardCall(words, { modelRequests }))?.map(({ differs }) => differs)).toEqual([4]);
    expect(toldAgainstHeard(heardCall(words, { modelRequests: [request(12_000)] }))?.[0]?.differs).toBe(10);
  });

  it('leaves out what was still being said when the model was asked', () => {
    const modelRequests = [request(8_700, 'Good morning, how can I help?')];
    expect(toldAgainstHeard(heardCall(words, { modelRequests }))?.map(({ differs }) => differs)).toEqual([0]);
  });

  it('says nothing when no model double was asked', () => {
    expect(toldAgainstHeard(heardCall(words))).toBeNull();
  });
});
