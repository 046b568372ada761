import { setTimeout as wait } from 'node:timers/promises';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import type { BenchCase, Running } from './bench-case.js';

export interface MeasureOptions {
  /** For how long one case is measured, beside its warming up. */
  ms: number;
  rounds?: number;
  /** Forces a collection; without it no bytes are told. */
  collect?: (() => void) | undefined;
}

/** Of one thing (`per`). */
export interface Figures {
  name: string;
  per: BenchCase['per'];
  /** Wall-clock time; the median of the rounds, the fastest and the slowest. */
  us: { median: number; least: number; most: number };
  /**
   * Allocated on this thread: in V8's heap, and in array buffers outside it. Exact, since it is the growth of both with no
   * collection in between; null where a collection could not be kept away.
   */
  bytes: { heap: number; buffers: number } | null;
  rounds: number;
}

const ROUNDS = 9;
/** Of the thing that is done; fewer where so many lead to a collection. */
const MOST_COUNTED = 2_000;
const COUNTINGS = 3;
/** No buffer was freed for so long: all are. */
const FREED_WITHIN_MS = 2;

export async function measure(bench: BenchCase, { ms, rounds = ROUNDS, collect }: MeasureOptions): Promise<Figures> {
  const running = await bench.begin();
  try {
    const times = await warmUp(running, ms / rounds);
    const us: number[] = [];
    for (let round = 0; round < rounds; round += 1) us.push((await msOf(running, times)) * 1_000);
    const each = us.map((whole) => whole / times / running.units).sort((a, b) => a - b);
    const bytes = collect ? await bytesOf(running, Math.min(times, MOST_COUNTED), collect) : null;
    return { name: bench.name, per: bench.per, us: spreadOf(each), bytes, rounds };
  } finally {
    await running.end();
  }
}

/** Doubles until a round is as long as asked, and then once more; answers how many times that is. */
async function warmUp(running: Running, roundMs: number): Promise<number> {
  for (let times = 1; ; times *= 2) {
    const tookMs = await msOf(running, times);
    if (tookMs < roundMs) continue;
    const fitting = Math.max(1, Math.round((times * roundMs) / tookMs));
    await running.run(fitting);
    return fitting;
  }
}

async function msOf(running: Running, times: number): Promise<number> {
  const startMs = performance.now();
  await running.run(times);
  return performance.now() - startMs;
}

async function bytesOf(running: Running, most: number, collect: () => void): Promise<Figures['bytes']> {
  for (let times = most; times >= 1; times = Math.floor(times / 4)) {
    const counted: { heap: number; buffers: number }[] = [];
    for (let n = 0; n < COUNTINGS; n += 1) {
      const none = await growthOf(running, 0, collect);
      const some = await growthOf(running, times, collect);
      if (!none || !some) break;
      const each = (what: 'heap' | 'buffers') => (some[what] - none[what]) / times / running.units;
      counted.push({ heap: each('heap'), buffers: each('buffers') });
    }
    if (counted.length < COUNTINGS) continue;
    const middle = (what: 'heap' | 'buffers') => Math.max(0, spreadOf(counted.map((one) => one[what])).median);
    return { heap: middle('heap'), buffers: middle('buffers') };
  }
  return null;
}

/** What lies in memory more than before; undefined when a collection ran meanwhile. */
async function growthOf(running: Running, times: number, collect: () => void) {
  collect();
  await untilFreed();
  const collections = new GCProfiler();
  collections.start();
  const before = { heap: getHeapStatistics().used_heap_size, buffers: process.memoryUsage().arrayBuffers };
  await running.run(times);
  const heap = getHeapStatistics().used_heap_size - before.heap;
  const buffers = process.memoryUsage().arrayBuffers - before.buffers;
  return collections.stop()?.statistics.length === 0 ? { heap, buffers } : undefined;
}

const spreadOf = (values: readonly number[]): Figures['us'] => {
  const inOrder = [...values].sort((a, b) => a - b);
  const at = (share: number) => inOrder[Math.round(share * (inOrder.length - 1))] ?? 0;
  return { median: at(0.5), least: at(0), most: at(1) };
};

/** V8 frees the buffers that a collection found on a thread of its own: until that has ended, each look finds fewer. */
async function untilFreed(): Promise<void> {
  for (let last = -1, now = process.memoryUsage().arrayBuffers; now !== last;) {
    await wait(FREED_WITHIN_MS);
    [last, now] = [now, process.memoryUsage().arrayBuffers];
  }
}
