import { seededRandom, wholeBetween } from '../seeded-random.js';

/** One place that is kept busy with calls, one after the other. */
export interface Slot {
  /** Which of the numbers it rings. */
  number: number;
  /** From the common start to its first call. */
  startsAfterMs: number;
  seed: number;
}

export interface Spreading {
  calls: number;
  numbers: number;
  callsPerProcess: number;
  seed: number;
}

/** Calls begin so far apart, as people ring one after the other: a hundred are up after fifteen seconds. */
export const CALL_EVERY_MS = 150;
/** And so much later at most, each by its own lot: people do not ring in step, with frames that all leave at once. */
const LATER_MS = 40;

/** How long it takes until all calls are up. */
export const rampMs = (calls: number): number => calls * CALL_EVERY_MS;

/** Slots by process. Each number gets as many as any other, or one more; the numbers and processes take turns. */
export function spreadCalls({ calls, numbers, callsPerProcess, seed }: Spreading): Slot[][] {
  const random = seededRandom(seed);
  const processes = Array.from({ length: Math.ceil(calls / callsPerProcess) }, (): Slot[] => []);
  for (let at = 0; at < calls; at += 1)
    processes[at % processes.length]?.push({
      number: at % numbers,
      startsAfterMs: at * CALL_EVERY_MS + wholeBetween(random, 0, LATER_MS),
      seed: seed + at * SEEDS_PER_SLOT,
    });
  return processes;
}

/** More calls than one slot will ever make. */
const SEEDS_PER_SLOT = 1_000;

/** With so many lines for each, the first agent has not one to spare when all calls are up. */
export const linesExactlyFor = (calls: number, agents: number): number => Math.ceil(calls / agents);

/** Lines that each agent needs for it, and room for a call that begins while the one before it is being closed. */
export const linesFor = (calls: number, agents: number): number => Math.ceil((calls / agents) * 1.2) + 2;
