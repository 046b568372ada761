import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { durationMs } from '@app/audio';
import { spokenCaller } from '@app/audio/testing';
import type { VoiceDetector, VoiceDetectorSession } from '../ports/voice-detector.port.js';

/** One call at a detector, and what it was told. */
export class JudgedCall {
  readonly told: number[] = [];
  readonly #session: VoiceDetectorSession;
  #awaited: { count: number; reached: () => void } | undefined;

  constructor(detector: VoiceDetector) {
    this.#session = detector.open((probability) => {
      if (this.told.push(probability) === this.#awaited?.count) this.#awaited.reached();
    });
  }

  /** Pushes sound in pieces of so many samples, all of it by default. */
  push(samples: Int16Array, pieceSamples = samples.length): void {
    for (let from = 0; from < samples.length; from += pieceSamples) {
      this.#session.push(samples.slice(from, from + pieceSamples));
    }
  }

  close(): void {
    this.#session.close();
  }

  /** Resolves with all that was told, as soon as that is `count` probabilities. */
  async until(count: number): Promise<readonly number[]> {
    if (this.told.length < count) await new Promise<void>((reached) => (this.#awaited = { count, reached }));
    return this.told;
  }
}

/** What every voice detector must do, whatever it listens with. */
export function voiceDetectorConformance(
  name: string,
  start: () => Promise<{ detector: VoiceDetector; stop: () => Promise<void> }>,
): void {
  describe(`${name}, as any voice detector`, () => {
    const caller = spokenCaller();
    let detector: VoiceDetector;
    let stop: () => Promise<void>;
    let windows: number;

    beforeAll(async () => {
      ({ detector, stop } = await start());
      windows = Math.floor(durationMs(caller.samples.length, 8_000) / detector.windowMs);
    });
    afterAll(() => stop());

    const judge = async (sound: Int16Array, pieceSamples?: number) => {
      const call = new JudgedCall(detector);
      call.push(sound, pieceSamples);
      const told = await call.until(windows);
      call.close();
      return told;
    };

    it('tells a probability of every whole window, high where there is voice and low where there is none', async () => {
      const told = await judge(caller.samples);
      expect(told).toHaveLength(windows);
      expect(Math.min(...told)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...told)).toBeLessThanOrEqual(1);
      const within = (fromMs: number, toMs: number) =>
        told.slice(Math.ceil(fromMs / detector.windowMs), Math.floor(toMs / detector.windowMs));
      expect(Math.max(...within(100, caller.voiceFromMs - detector.windowMs))).toBeLessThan(0.35);
      const voiced = within(caller.voiceFromMs, caller.voiceToMs);
      expect(voiced.filter((probability) => probability > 0.5).length / voiced.length).toBeGreaterThan(0.8);
      expect(told.at(-1)).toBeLessThan(0.35);
    });

    it.each([1, 80, 160, 255, 257, 1_600])(
      'tells the same whether sound comes in pieces of %i or whole',
      async (size) => {
        expect(await judge(caller.samples, size)).toEqual(await judge(caller.samples));
      },
    );

    it('keeps calls apart', async () => {
      const alone = [...(await judge(caller.samples))];
      const [late, quiet, early] = [0, 1, 2].map(() => new JudgedCall(detector)) as [
        JudgedCall,
        JudgedCall,
        JudgedCall,
      ];
      const lateBy = 4_000;
      for (let at = 0; at < caller.samples.length + lateBy; at += 160) {
        early.push(caller.samples.slice(at, at + 160));
        quiet.push(new Int16Array(160));
        if (at >= lateBy) late.push(caller.samples.slice(at - lateBy, at - lateBy + 160));
      }
      expectAbout(await early.until(windows), alone);
      expectAbout(await late.until(windows), alone);
      expect(Math.max(...(await quiet.until(windows)))).toBeLessThan(0.35);
      for (const call of [early, late, quiet]) call.close();
    });

    it('copies what it is given', async () => {
      const call = new JudgedCall(detector);
      const reused = new Int16Array(160);
      for (let at = 0; at < caller.samples.length; at += 160) {
        const piece = caller.samples.subarray(at, at + 160);
        reused.set(piece);
        call.push(piece.length < 160 ? piece : reused);
      }
      reused.fill(12_345);
      expectAbout(await call.until(windows), await judge(caller.samples));
      call.close();
    });

    it('tells nothing once a call is closed, and takes nothing from it', async () => {
      const [closed, other] = [new JudgedCall(detector), new JudgedCall(detector)];
      closed.push(caller.samples.slice(0, 2_000));
      const toldBefore = closed.told.length;
      closed.close();
      closed.close();
      closed.push(caller.samples);
      other.push(caller.samples);
      await other.until(windows);
      other.close();
      expect(closed.told).toHaveLength(toldBefore);
    });

    it('starts each call from silence, whoever was there before', async () => {
      const first = [...(await judge(caller.samples))];
      const cutOff = new JudgedCall(detector);
      cutOff.push(caller.samples.slice(0, 16_000)); // in the middle of a word
      await cutOff.until(62);
      cutOff.close();
      expectAbout(await judge(caller.samples), first);
    });
  });
}

/** A batch adds up in another order than one call alone: the last digits of a float differ. */
export function expectAbout(told: readonly number[], expected: readonly number[]): void {
  expect(told).toHaveLength(expected.length);
  const off = told.map((probability, n) => Math.abs(probability - (expected[n] ?? NaN)));
  expect(Math.max(...off)).toBeLessThan(1e-4);
}
