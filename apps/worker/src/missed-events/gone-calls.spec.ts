import { describe, expect, it } from '@jest/globals';
import { verdictOn } from './gone-calls.js';

const STARTED = '2030-01-07T09:00:00.000Z';
const atMs = (afterMs: number) => Date.parse(STARTED) + afterMs;
const call = { state: 'live' as 'live' | 'closing' | 'ended', carrierCallId: '1' as string | null, startedAt: STARTED };
const GONE_TWICE = { isListed: false, wasGone: true, atMs: atMs(60_000) };

describe('a call of ours, held against the list of its carrier', () => {
  it.each([
    ['is there', {}, { isListed: true, wasGone: false }, 'well'],
    ['is there again', {}, { isListed: true }, 'well'],
    ['is gone for the first time', {}, { wasGone: false }, 'watch'],
    ['is gone again', {}, {}, 'ask'],
    ['has just begun', {}, { atMs: atMs(14_999) }, 'well'],
    ['began 15 s ago', {}, { atMs: atMs(15_000) }, 'ask'],
    ['has a closed line', { state: 'closing' }, {}, 'well'],
    ['has ended', { state: 'ended' }, {}, 'well'],
    ['is an orphan', { carrierCallId: null }, {}, 'well'],
  ] as const)('that %s', (_what, facts, looked, verdict) => {
    expect(verdictOn({ ...call, ...facts }, { ...GONE_TWICE, ...looked })).toBe(verdict);
  });
});
