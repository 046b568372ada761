import { describe, expect, it } from '@jest/globals';
import { type BatchModel, NEW_CALL, SileroBatch, WINDOW_SAMPLES } from './silero-batch.js';
import { WindowBlock } from './window-block.js';

/** A model whose answers show what it was given: how many windows this state has seen, and the last sample before this. */
function countingModel() {
  const sizes: number[] = [];
  const model: BatchModel = (count, input, state) => {
    sizes.push(count);
    const next = state.slice();
    const probabilities = Float32Array.from({ length: count }, (_, at) => {
      const seen = (state[at * 128] ?? NaN) + 1;
      if (seen !== (state[(count + at) * 128 + 127] ?? NaN) + 1) throw new Error('the layers of two calls are mixed');
      next[at * 128] = next[(count + at) * 128 + 127] = seen;
      return seen * 1_000 + (input[at * 288 + 31] ?? NaN) * 32_768;
    });
    return Promise.resolve({ probabilities, state: next });
  };
  return { model, sizes };
}

/** Windows of calls, each filled with one number, in one block. */
function block(windows: readonly (readonly [slot: number, sample: number])[]): WindowBlock<string> {
  const made = new WindowBlock<string>();
  for (const [slot, sample] of windows) made.add('', new Int16Array(WINDOW_SAMPLES).fill(sample), slot);
  return made;
}

async function judge(batch: SileroBatch, windows: readonly (readonly [slot: number, sample: number])[]) {
  const made = block(windows);
  await batch.judge(made.views, made.count);
  return windows.map((_, at) => made.probability(at));
}

describe('SileroBatch', () => {
  it('gives each window the state and the last samples of its own call', async () => {
    const batch = new SileroBatch(countingModel().model);
    expect(
      await judge(batch, [
        [0 | NEW_CALL, 5],
        [3 | NEW_CALL, 7],
      ]),
    ).toEqual([1_000, 1_000]);
    expect(
      await judge(batch, [
        [3, 8],
        [1 | NEW_CALL, 9],
        [0, 6],
      ]),
    ).toEqual([2_007, 1_000, 2_005]);
    expect(
      await judge(batch, [
        [0, 1],
        [3, 1],
        [1, 1],
      ]),
    ).toEqual([3_006, 3_008, 2_009]);
  });

  it('takes several windows of one call in order, in batches as large as can be', async () => {
    const { model, sizes } = countingModel();
    const windows = [0, 0, 0, 1, 1, 2].map(
      (slot, n) => [n === 0 || n === 3 || n === 5 ? slot | NEW_CALL : slot, n + 1] as const,
    );
    expect(await judge(new SileroBatch(model), windows)).toEqual([1_000, 2_001, 3_002, 1_000, 2_004, 1_000]);
    expect(sizes).toEqual([3, 2, 1]);
  });

  it('starts a slot from silence when a new call takes it, within one block too', async () => {
    const batch = new SileroBatch(countingModel().model);
    expect(
      await judge(batch, [
        [2 | NEW_CALL, 5],
        [2, 5],
        [2 | NEW_CALL, 6],
        [2, 5],
      ]),
    ).toEqual([1_000, 2_005, 1_000, 2_006]);
  });

  it('keeps the states of calls when more of them come', async () => {
    const batch = new SileroBatch(countingModel().model);
    await judge(batch, [[0 | NEW_CALL, 5]]);
    await judge(batch, [[700 | NEW_CALL, 5]]);
    expect(
      await judge(batch, [
        [0, 1],
        [700, 1],
      ]),
    ).toEqual([2_005, 2_005]);
  });

  it('splits what is too much for one batch', async () => {
    const { model, sizes } = countingModel();
    const windows = Array.from({ length: 2_000 }, (_, n) => [n < 1_000 ? n | NEW_CALL : n - 1_000, 3] as const);
    const told = await judge(new SileroBatch(model), windows);
    expect(told).toEqual([...Array<number>(1_000).fill(1_000), ...Array<number>(1_000).fill(2_003)]);
    expect(Math.max(...sizes)).toBe(512);
    expect(sizes.length).toBeLessThanOrEqual(5);
  });
});
