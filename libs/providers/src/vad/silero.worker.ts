// The voice detector's thread: Silero v6 at 8 kHz on ONNX Runtime. Node runs this file as it stands (.ts, its types
// stripped) as well as built (.js), so it has type syntax only, and finds its neighbour by its own extension.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type * as Onnx from 'onnxruntime-node';
import type * as Batch from './silero-batch.js';
import type { FromThread, ThreadOptions, ToThread } from './silero-thread.js';

const neighbour = import.meta.url.replace(/[^/]*(\.[jt]s)$/, 'silero-batch$1');
const { SileroBatch, viewsOf } = (await import(neighbour)) as typeof Batch;

const { activity, modelPath = installedModel() } = workerData as ThreadOptions;
const busy = new Int32Array(activity);
const RATE_HZ = BigInt64Array.of(8_000n);
const tell = (message: FromThread): void => parentPort?.postMessage(message);

function installedModel(): string {
  return createRequire(import.meta.url).resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx');
}

/** Whoever ends the process may wait for this. */
function beIdle(): void {
  Atomics.store(busy, 0, 0);
  Atomics.notify(busy, 0);
}

/** @returns nothing when it has told why not */
async function load(): Promise<Batch.BatchModel | undefined> {
  let reason: 'runtime-unloadable' | 'model-unreadable' = 'runtime-unloadable';
  try {
    const onnx = await import('onnxruntime-node');
    reason = 'model-unreadable';
    const session = await onnx.InferenceSession.create(modelPath, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    const model = modelOf(onnx, session);
    await model(1, new Float32Array(288), new Float32Array(256)); // the first run is slow, and fails on another model
    return model;
  } catch (error) {
    tell({ type: 'failed', reason, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function modelOf({ Tensor }: typeof Onnx, session: Onnx.InferenceSession): Batch.BatchModel {
  const rate = new Tensor('int64', RATE_HZ, []);
  return async (count, input, state) => {
    const answer = await session.run({
      input: new Tensor('float32', input, [count, input.length / count]),
      state: new Tensor('float32', state, [2, count, 128]),
      sr: rate,
    });
    return {
      probabilities: answer['output']?.data as Float32Array,
      state: answer['stateN']?.data as Float32Array,
    };
  };
}

const model = await load();
beIdle();
if (model) {
  const batch = new SileroBatch(model);
  const judge = async ({ buffer, capacity, count }: Exclude<ToThread, 'close'>) => {
    await batch.judge(viewsOf(buffer, capacity), count).finally(beIdle);
    tell({ type: 'judged' });
  };
  let judging = Promise.resolve();
  parentPort?.on('message', (message: ToThread) => {
    if (message === 'close') void judging.then(() => parentPort?.close());
    else judging = judge(message); // what it throws ends the thread
  });
  tell({ type: 'ready' });
}
