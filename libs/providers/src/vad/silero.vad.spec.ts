import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { spokenCaller } from '@app/audio/testing';
import { expectAbout, JudgedCall, voiceDetectorConformance } from '@app/conversation/testing';
import { systemClock } from '@app/kernel';
import { type SileroOptions, SileroVoiceDetector, type VoiceDetectorFallback } from './silero.vad.js';

const REAL_WORKER = new URL('./silero.worker.ts', import.meta.url).href;
const caller = spokenCaller();
const WINDOWS = Math.floor(caller.samples.length / 256);

/** A thread that runs `code` first, and then as it should. */
const worker = (code: string, then = `await import(${JSON.stringify(REAL_WORKER)});`): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';${code};${then}`)}`,
  );
const diesAtBlock = (nth: number) =>
  worker(`let block = 0; parentPort.on('message', () => { if ((block += 1) === ${nth}) process.exit(1) })`);

const WITHOUT_ONNX = `import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) {
  if (name === 'onnxruntime-node') throw new Error('not installed');
  return next(name, context);
} })`;

const running: SileroVoiceDetector[] = [];
async function start(options: Partial<SileroOptions> = {}) {
  const fallbacks: VoiceDetectorFallback[] = [];
  const restarts: Error[] = [];
  const detector = await SileroVoiceDetector.start({
    clock: systemClock,
    onFallback: (fallback) => fallbacks.push(fallback),
    onRestart: (cause) => restarts.push(cause),
    ...options,
  });
  running.push(detector);
  return { detector, fallbacks, restarts };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((detector) => detector.close()));
});

voiceDetectorConformance('SileroVoiceDetector', async () => {
  const { detector } = await start();
  running.splice(0); // it serves the whole suite
  return { detector, stop: () => detector.close() };
});

describe('SileroVoiceDetector', () => {
  it('hears a voice within 120 ms of its first sound, and its end within 200', async () => {
    const { detector, fallbacks } = await start();
    const call = new JudgedCall(detector);
    call.push(caller.samples);
    const told = await call.until(WINDOWS);
    const onset = (told.findIndex((probability) => probability >= 0.5) + 1) * 32 - caller.voiceFromMs;
    const end = (told.findLastIndex((probability) => probability >= 0.35) + 2) * 32 - caller.voiceToMs;
    expect(onset).toBeGreaterThan(0);
    expect(onset).toBeLessThanOrEqual(120);
    expect(end).toBeLessThanOrEqual(200);
    expect(fallbacks).toEqual([]);
  });

  it('tells of a call the same in a crowd that comes and goes as alone, in order', async () => {
    const { detector } = await start({ gatherMs: 1 });
    const alone = new JudgedCall(detector);
    alone.push(caller.samples);
    const expected = [...(await alone.until(WINDOWS))];

    const calls = Array.from({ length: 23 }, (_, n) => ({
      call: new JudgedCall(detector),
      from: n * 700,
      step: 97 + n * 13,
    }));
    for (let at = 0; at < caller.samples.length + 23 * 700; at += 800) {
      for (const { call, from, step } of calls)
        call.push(caller.samples.slice(Math.max(0, at - from), Math.max(0, at - from + 800)), step);
      await alone.until(WINDOWS); // lets answers in between
    }
    for (const { call } of calls) expectAbout(await call.until(WINDOWS), expected);
  });

  it('sends the windows of all calls together', async () => {
    const code = `parentPort.on('message', ({ count }) => { if (count === 100) throw new Error('all at once') })`;
    const { detector, restarts } = await start({ worker: worker(code) });
    const calls = Array.from({ length: 100 }, () => new JudgedCall(detector));
    for (const call of calls) call.push(new Int16Array(256));
    await Promise.all(calls.map((call) => call.until(1)));
    expect(restarts.map(({ message }) => message)).toEqual(['all at once']);
  });

  it('tells nothing once closed', async () => {
    const { detector } = await start();
    const call = new JudgedCall(detector);
    call.push(caller.samples);
    await detector.close();
    await detector.close();
    call.push(caller.samples);
    expect(call.told).toEqual([]);
  });

  it('starts its thread again when it dies, and loses no window', async () => {
    const { detector, fallbacks, restarts } = await start({ worker: diesAtBlock(2) });
    const call = new JudgedCall(detector);
    call.push(caller.samples.slice(0, 256 * 30));
    await call.until(30);
    call.push(caller.samples.slice(256 * 30));
    const told = await call.until(WINDOWS);
    expect(told.filter((probability) => probability > 0.5).length).toBeGreaterThan(60);
    expect(restarts).toHaveLength(1);
    expect(fallbacks).toEqual([]);
  });

  it('falls back when the thread dies again, says so once, and loses no window', async () => {
    const { detector, fallbacks, restarts } = await start({ worker: diesAtBlock(1) });
    const [call, closed] = [new JudgedCall(detector), new JudgedCall(detector)];
    closed.push(caller.samples);
    closed.close();
    call.push(caller.samples.slice(0, 20_000));
    await call.until(78);
    call.push(caller.samples.slice(20_000));
    const told = await call.until(WINDOWS);
    expect(told.filter((probability) => probability > 0.5).length).toBeGreaterThan(60);
    expect(told.slice(5, 20)).toEqual(Array(15).fill(0));
    expect(restarts).toHaveLength(1);
    expect(fallbacks).toEqual([{ reason: 'worker-died', cause: expect.any(Error) }]);
    call.close();
  });

  it('takes a thread that no longer answers for dead, twice, and judges what had waited', async () => {
    const silent = worker(`parentPort.on('message', () => {}); parentPort.postMessage({ type: 'ready' })`, '');
    const { detector, fallbacks, restarts } = await start({ worker: silent });
    const call = new JudgedCall(detector);
    let pushed = 0;
    for (; fallbacks.length === 0; pushed += 400) {
      call.push(new Int16Array(256 * 400)); // 13 s
      await systemClock.sleep(20); // real threads end and start meanwhile
    }
    expect(restarts.map(({ message }) => message)).toEqual(['the thread has fallen behind']);
    expect(call.told).toHaveLength(pushed);
    call.close();
  });

  it.each([
    ['runtime-unloadable', { worker: worker(WITHOUT_ONNX) }],
    ['model-unreadable', { modelPath: '/nowhere/silero.onnx' }],
    ['model-unreadable', { modelPath: fileURLToPath(import.meta.url) }],
    ['worker-died', { worker: worker('process.exit(1)') }],
  ] as const)('goes on with another detector when it cannot begin: %s', async (reason, options) => {
    const { detector, fallbacks } = await start(options);
    expect(fallbacks).toMatchObject([{ reason }]);
    const call = new JudgedCall(detector);
    call.push(caller.samples);
    expect(call.told.filter((probability) => probability > 0.5).length).toBeGreaterThan(60);
    call.close();
  });
});
