import { systemClock } from '@app/kernel';
import { SileroVoiceDetector } from '@app/providers';
import { type BenchCase, tone } from '../bench-case.js';

/** 160 ms: five windows of 32 ms, so that a round leaves nothing over. */
const FRAMES = 8;
const WINDOWS = 5;

export const VOICE_DETECTOR_CASES: readonly BenchCase[] = [1, 10, 100, 500].map(judging);

/** Gather, one trip to the thread for each window, the model, and telling; all calls at once, nothing waits in between. */
function judging(calls: number): BenchCase {
  return {
    name: `voice detector, ${calls} ${calls === 1 ? 'call' : 'calls'}`,
    per: 'frame',
    async begin() {
      const detector = await SileroVoiceDetector.start({ clock: systemClock, gatherMs: 0, onFallback: refuse });
      const sound = tone(160 * FRAMES);
      const frames = Array.from({ length: FRAMES }, (_, n) => sound.slice(n * 160, (n + 1) * 160));
      let told = 0;
      let wanted = 0;
      let done = () => undefined as void;
      const sessions = Array.from({ length: calls }, () =>
        detector.open(() => void ((told += 1) === wanted && done())),
      );
      const once = () =>
        new Promise<void>((resolve) => {
          [told, wanted, done] = [0, calls * WINDOWS, resolve];
          for (const session of sessions) for (const frame of frames) session.push(frame);
        });
      const run = async (times: number) => {
        const alive = setInterval(() => undefined, 1_000); // the detector's thread does not keep a process alive
        for (let n = 0; n < times; n += 1) await once();
        clearInterval(alive);
      };
      return { run, units: calls * FRAMES, end: () => detector.close() };
    },
  };
}

/** The figures of a fallback would pass for the model's. */
function refuse({ reason, cause }: { reason: string; cause: Error }): never {
  throw new Error(`the voice detector fell back: ${reason}`, { cause });
}
