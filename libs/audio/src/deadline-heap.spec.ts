import { describe, expect, it } from '@jest/globals';
import { type Deadline, DeadlineHeap } from './deadline-heap.js';

/** Numbers that look random and are the same each time (Numerical Recipes' generator). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) yield (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

const drain = (heap: DeadlineHeap<Deadline>) => {
  const order: number[] = [];
  for (let first = heap.first; first; first = heap.first) {
    heap.remove(first);
    order.push(first.dueMs);
  }
  return order;
};

describe('DeadlineHeap', () => {
  it.each([1, 2, 3, 4, 5])('always has the earliest first, whatever comes and goes (seed %i)', (seed) => {
    const heap = new DeadlineHeap<Deadline>();
    const random = numbers(seed);
    const inside = new Set<Deadline>();
    for (let n = 0; n < 2_000; n += 1) {
      const item: Deadline = { dueMs: Math.floor(random.next().value * 500), at: -1 };
      heap.push(item);
      inside.add(item);
      if (random.next().value < 0.4) {
        const [victim] = [...inside].slice(Math.floor(random.next().value * inside.size));
        if (victim) heap.remove(victim);
        if (victim) inside.delete(victim);
      }
    }
    expect(heap.size).toBe(inside.size);
    expect(drain(heap)).toEqual([...inside].map(({ dueMs }) => dueMs).sort((a, b) => a - b));
  });

  it('lets what is outside stay outside', () => {
    const heap = new DeadlineHeap<Deadline>();
    const [inside, outside] = [
      { dueMs: 1, at: -1 },
      { dueMs: 2, at: -1 },
    ];
    heap.push(inside);
    heap.remove(outside);
    expect(heap.size).toBe(1);
    heap.clear();
    heap.remove(inside);
    expect(heap.first).toBeUndefined();
  });
});
