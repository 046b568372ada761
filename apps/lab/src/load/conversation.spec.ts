import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { loadConversation } from './conversation.js';

describe('the conversation of a load', () => {
  it('is an interruption in one turn of five, and enough for its length', () => {
    const { steps, maxMs } = loadConversation(60_000, seededRandom(1));
    expect(steps.filter(({ kind }) => kind === 'bargeIn')).toHaveLength(steps.length / 5);
    expect(steps.length).toBeGreaterThanOrEqual(20);
    expect(maxMs).toBe(60_000);
    expect(steps[0]).toMatchObject({ kind: 'say', after: 'greeting' });
  });

  it('is the same for the same seed', () => {
    expect(loadConversation(60_000, seededRandom(1))).toEqual(loadConversation(60_000, seededRandom(1)));
    expect(loadConversation(60_000, seededRandom(1))).not.toEqual(loadConversation(60_000, seededRandom(2)));
  });
});
