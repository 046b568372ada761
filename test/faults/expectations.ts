import { expect } from '@jest/globals';
import type { Outcome } from './outcome.js';
import type { FaultedCalls } from './provider-faults.js';

/** So long, and no longer, nobody speaks while the agent owes the next word. */
export const SILENCE_MS = 2_500;

/** A provider that is late has missed what it owed; it need not have failed. */
const TOLD = /^(provider\.failed|obligation\.missed)$/;

/** The caller was not left in silence, was answered again or told goodbye, and the record says why. */
export function expectBorne(outcome: Outcome | undefined, told: RegExp = TOLD): void {
  if (!outcome) throw new Error('there was no such call');
  const { silenceMs, heard, wentOnAfter, record } = outcome;
  expect(silenceMs).toBeLessThanOrEqual(SILENCE_MS);
  expect(heard.length).toBeGreaterThan(0);
  if (wentOnAfter === null) {
    expect(heard.at(-1)).toMatch(/technical problem/);
    expect(record.endReason).toBe('provider-lost');
  } else expect(record.endReason).toBe('caller-hung-up');
  expect(record.state).toBe('ended');
  expect(record.events).toContainEqual(expect.objectContaining({ type: expect.stringMatching(told) }));
}

export function expectUndisturbed({ bystander, undisturbed }: Omit<FaultedCalls, 'outcomes'>): void {
  expect(bystander.turns).toBeGreaterThan(1);
  expect(bystander.silenceMs).toBeLessThanOrEqual(SILENCE_MS);
  expect(undisturbed.endReason).toBe('caller-hung-up');
  expect(undisturbed.events.map(({ type }) => type)).not.toContain('provider.failed');
}
