import { expect } from '@jest/globals';
import { ProviderError, type ProviderFailure } from '../ports/provider-error.js';

/** How a provider's end may go wrong; each has one meaning to the core. */
export const FAULTS = {
  'no-listener': 'unreachable',
  'half-open': 'timed-out', // takes the connection, and never says anything
  'status-401': 'refused',
  'status-429': 'overloaded',
  'status-500': 'unreachable',
  cut: 'unreachable',
  silent: 'timed-out',
  malformed: 'unreadable',
  oversize: 'unreadable',
} as const satisfies Record<string, ProviderFailure>;

export type Fault = keyof typeof FAULTS;

/** The times after which an adapter may call its far end silent. Milliseconds on the subject's clock. */
export interface Patience {
  connectMs: number;
  firstMs: number;
  idleMs: number;
}

/** The error of a fake that cannot fail by itself. */
export const faultError = (provider: string, fault: Fault): ProviderError => new ProviderError(provider, FAULTS[fault]);

/** Reads to the end. @returns what came, and what ended it: undefined when it ended by itself */
export async function readAll<T>(items: AsyncIterable<T>): Promise<{ seen: T[]; error: unknown }> {
  const seen: T[] = [];
  try {
    for await (const item of items) seen.push(item);
  } catch (error) {
    return { seen, error };
  }
  return { seen, error: undefined };
}

/** A promise that must settle before anything else can happen in this process, timers and sockets included. */
export async function expectWithinATick<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const note = () => (settled = true);
  promise.then(note, note);
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(settled).toBe(true);
  return promise;
}

export function expectFailure(error: unknown, fault: Fault, provider: string): void {
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ failure: FAULTS[fault], provider });
}
