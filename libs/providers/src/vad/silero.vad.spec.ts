import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { spokenCaller } from '@app/audio/testing';
import { expectAbout, JudgedCall, voiceDetectorConformance } from '@app/conversation/testing';
import { systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { type SileroOptions, SileroVoiceDetector, type VoiceDetectorFallback } from './silero.vad.js';

jest.setTimeout(30_000); // real threads and processes, beside whatever else the machine does

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

    for (const generation of [1, 2]) {
      const crowd = Array.from({ length: 20 }, (_, n) => ({
        call: new JudgedCall(detector),
        from: n * 700 * generation,
      }));
      for (let at = 0; at < caller.samples.length + 14_000 * generation; at += 800) {
        for (const { call, from } of crowd) {
          const start = Math.max(0, at - from);
          call.push(caller.samples.slice(start, Math.max(start, at - from + 800)), 160);
        }
        await systemClock.sleep(2); // answers come in between, as on the telephone
      }
      for (const { call } of crowd) expectAbout(await call.until(WINDOWS), expected);
      for (const { call } of crowd) call.close();
    }
  });

  it('waits for other calls after an answer too', async () => {
    const clock = new FakeClock();
    const code = `let n = 0; parentPort.on('message', ({ count }) => { if ((n += 1) === 2 && count !== 2) throw new Error('too early') })`;
    const { detector, restarts } = await start({ clock, worker: worker(code) });
    const [one, other] = [new JudgedCall(detector), new JudgedCall(detector)];
    one.push(new Int16Array(256));
    await clock.advance(10);
    one.push(new Int16Array(256));
    await one.until(1);
    other.push(new Int16Array(256));
    await clock.advance(10);
    await one.until(2);
    expect(restarts).toEqual([]);
    expect(other.told).toHaveLength(1);
  });

  it('sends the windows of all calls together', async () => {
    const code = `parentPort.on('message', ({ count }) => { if (count === 100) throw new Error('all at once') })`;
    const { detector, restarts } = await start({ worker: worker(code) });
    const calls = Array.from({ length: 100 }, () => new JudgedCall(detector));
    for (const call of calls) call.push(new Int16Array(256));
    await Promise.all(calls.map((call) => call.until(1)));
    expect(restarts.map(({ message }) => message)).toEqual(['all at once']);
  });

  it('tells nothing once closed, and leaves no timer behind', async () => {
    const clock = new FakeClock();
    const { detector } = await start({ clock });
    const call = new JudgedCall(detector);
    call.push(caller.samples);
    await clock.advance(10); // on its way
    call.push(caller.samples);
    await detector.close();
    await detector.close();
    call.push(caller.samples);
    expect(call.told).toEqual([]);
    expect(clock.waiting).toBe(0);
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
