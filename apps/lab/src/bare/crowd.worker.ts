// The yardstick's ear: Silero v6 at 8 kHz, the windows of all calls in one batch. Type syntax only, for Node runs this
// file as it stands (.ts) as well as built (.js).
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** One window of each call; `slots` says whose, `fresh` which of them are a call's first. */
export interface WindowBatch {
  slots: number[];
  fresh: boolean[];
  samples: Int16Array;
}

const WINDOW_SAMPLES = 256;
const CONTEXT_SAMPLES = 32;
const INPUT_SAMPLES = CONTEXT_SAMPLES + WINDOW_SAMPLES;
const LAYER_VALUES = 128;
const FULL_SCALE = 32_768;

interface Memory {
  layers: [Float32Array, Float32Array];
  context: Float32Array;
}

const silent = (): Memory => ({
  layers: [new Float32Array(LAYER_VALUES), new Float32Array(LAYER_VALUES)],
  context: new Float32Array(CONTEXT_SAMPLES),
});

const model = createRequire(import.meta.url).resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx');
const session = await InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
const rate = new Tensor('int64', BigInt64Array.of(8_000n), []);
const memories = new Map<number, Memory>();

async function judge({ slots, fresh, samples }: WindowBatch): Promise<Float32Array> {
  const size = slots.length;
  const input = new Float32Array(size * INPUT_SAMPLES);
  const state = new Float32Array(size * 2 * LAYER_VALUES);
  const owners = slots.map((slot, at) => memoryOf(slot, fresh[at] ?? false));
  owners.forEach(({ layers, context }, at) => {
    const from = at * INPUT_SAMPLES;
    input.set(context, from);
    for (let n = 0; n < WINDOW_SAMPLES; n += 1)
      input[from + CONTEXT_SAMPLES + n] = (samples[at * WINDOW_SAMPLES + n] ?? 0) / FULL_SCALE;
    context.set(input.subarray(from + WINDOW_SAMPLES, from + INPUT_SAMPLES));
    layers.forEach((layer, which) => state.set(layer, (which * size + at) * LAYER_VALUES));
  });
  const answer = await session.run({
    input: new Tensor('float32', input, [size, INPUT_SAMPLES]),
    state: new Tensor('float32', state, [2, size, LAYER_VALUES]),
    sr: rate,
  });
  const next = answer['stateN']?.data as Float32Array;
  owners.forEach(({ layers }, at) =>
    layers.forEach((layer, which) => {
      const from = (which * size + at) * LAYER_VALUES;
      layer.set(next.subarray(from, from + LAYER_VALUES));
    }),
  );
  return answer['output']?.data as Float32Array;
}

function memoryOf(slot: number, fresh: boolean): Memory {
  const known = fresh ? undefined : memories.get(slot);
  const memory = known ?? silent();
  memories.set(slot, memory);
  return memory;
}

let judging: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (message: WindowBatch | 'close') => {
  if (message === 'close') return void judging.then(() => parentPort?.close());
  judging = judge(message).then((probabilities) => parentPort?.postMessage(Float32Array.from(probabilities)));
});
parentPort?.postMessage('ready');
