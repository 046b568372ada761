// Shared by the process's main thread and the voice detector's, which loads it as silero.worker.ts is loaded: it imports
// nothing, and has type syntax only.

/** A window of Silero at 8 kHz: 32 ms. */
export const WINDOW_SAMPLES = 256;

/** Added to a slot: a new call has taken it, which starts from silence. */
export const NEW_CALL = 0x4000_0000;

const CONTEXT_SAMPLES = 32;
const INPUT_SAMPLES = CONTEXT_SAMPLES + WINDOW_SAMPLES;
const STATE_VALUES = 128; // of each of the two layers
const MAX_BATCH = 512; // beyond, a window costs no less, and the memory for the tensors grows

/** What a model makes of `count` windows at once: one probability and two layers of state for each. */
export type BatchModel = (
  count: number,
  input: Float32Array,
  state: Float32Array,
) => Promise<{ probabilities: Float32Array; state: Float32Array }>;

/** Windows of many calls, in the order in which they came; one stretch of memory that both threads see. */
export interface BlockViews {
  /** Whose window it is, with `NEW_CALL` on the first of a call. */
  slots: Int32Array;
  /** Answers: 0 to 1. */
  probabilities: Float32Array;
  samples: Int16Array;
}

export const blockBytes = (capacity: number): number => capacity * (4 + 4 + 2 * WINDOW_SAMPLES);

export const viewsOf = (buffer: SharedArrayBuffer, capacity: number): BlockViews => ({
  slots: new Int32Array(buffer, 0, capacity),
  probabilities: new Float32Array(buffer, 4 * capacity, capacity),
  samples: new Int16Array(buffer, 8 * capacity, capacity * WINDOW_SAMPLES),
});

/**
 * Runs the windows of all calls through the model together. Each call's state and context (its last 32 samples, which
 * the model needs before the next 256) lie at its slot, so a batch may hold any calls in any order.
 */
export class SileroBatch {
  readonly #model: BatchModel;
  #states = new Float32Array(0);
  #contexts = new Float32Array(0);
  readonly #input = new Float32Array(MAX_BATCH * INPUT_SAMPLES);
  readonly #state = new Float32Array(MAX_BATCH * 2 * STATE_VALUES);

  constructor(model: BatchModel) {
    this.#model = model;
  }

  /** Writes a probability for each of the first `count` windows. */
  async judge(block: BlockViews, count: number): Promise<void> {
    for (const batch of rounds(block.slots, count)) await this.#judge(block, batch);
  }

  async #judge(block: BlockViews, batch: readonly number[]): Promise<void> {
    const size = batch.length;
    batch.forEach((window, at) => this.#gather(block, window, { at, size }));
    const answer = await this.#model(
      size,
      this.#input.subarray(0, size * INPUT_SAMPLES),
      this.#state.subarray(0, size * 2 * STATE_VALUES),
    );
    batch.forEach((window, at) => {
      block.probabilities[window] = answer.probabilities[at] ?? 0;
      this.#scatter(slotOf(block, window), answer.state, { at, size });
    });
  }

  #gather(block: BlockViews, window: number, { at, size }: { at: number; size: number }): void {
    const slot = slotOf(block, window);
    this.#makeRoom(slot);
    if ((block.slots[window] ?? 0) & NEW_CALL) this.#forget(slot);
    const input = at * INPUT_SAMPLES;
    this.#input.set(this.#contexts.subarray(slot * CONTEXT_SAMPLES, (slot + 1) * CONTEXT_SAMPLES), input);
    const [from, to] = [window * WINDOW_SAMPLES, input + CONTEXT_SAMPLES];
    for (let n = 0; n < WINDOW_SAMPLES; n += 1) this.#input[to + n] = (block.samples[from + n] ?? 0) / 32_768;
    this.#contexts.set(this.#input.subarray(input + WINDOW_SAMPLES, input + INPUT_SAMPLES), slot * CONTEXT_SAMPLES);
    for (const layer of [0, 1]) {
      const own = (2 * slot + layer) * STATE_VALUES;
      this.#state.set(this.#states.subarray(own, own + STATE_VALUES), (layer * size + at) * STATE_VALUES);
    }
  }

  #scatter(slot: number, state: Float32Array, { at, size }: { at: number; size: number }): void {
    for (const layer of [0, 1]) {
      const from = (layer * size + at) * STATE_VALUES;
      this.#states.set(state.subarray(from, from + STATE_VALUES), (2 * slot + layer) * STATE_VALUES);
    }
  }

  #forget(slot: number): void {
    this.#states.fill(0, 2 * slot * STATE_VALUES, 2 * (slot + 1) * STATE_VALUES);
    this.#contexts.fill(0, slot * CONTEXT_SAMPLES, (slot + 1) * CONTEXT_SAMPLES);
  }

  #makeRoom(slot: number): void {
    if (this.#contexts.length > slot * CONTEXT_SAMPLES) return;
    const slots = 2 * (slot + 1);
    this.#states = grown(this.#states, slots * 2 * STATE_VALUES);
    this.#contexts = grown(this.#contexts, slots * CONTEXT_SAMPLES);
  }
}

/** Splits windows so that no batch holds two of one call, each call's come in order, and batches are as large as can be. */
function* rounds(slots: Int32Array, count: number): Generator<number[]> {
  let left = Array.from({ length: count }, (_, window) => window);
  while (left.length > 0) {
    const inBatch = new Set<number>();
    const [batch, later]: [number[], number[]] = [[], []];
    for (const window of left) {
      const slot = (slots[window] ?? 0) & ~NEW_CALL;
      const fits = batch.length < MAX_BATCH && !inBatch.has(slot);
      inBatch.add(slot);
      (fits ? batch : later).push(window);
    }
    yield batch;
    left = later;
  }
}

const slotOf = (block: BlockViews, window: number): number => (block.slots[window] ?? 0) & ~NEW_CALL;

function grown(values: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length);
  larger.set(values);
  return larger;
}
