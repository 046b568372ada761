import {
  base64ToPcm,
  bytesToPcm,
  decodeAlaw,
  decodeMulaw,
  encodeMulaw,
  loadResampler,
  pcmToBase64,
  PlayoutClock,
  Reframer,
  Resampler,
  rms,
} from '@app/audio';
import { type BenchCase, plain, repeat, tone } from '../bench-case.js';
import { HandClock } from '../hand-clock.js';

const frame8k = tone(160);
const frame16k = tone(320);
const chunk8k = tone(1_600);
const bytes = new Uint8Array(frame8k.buffer);
const companded = new Uint8Array(160).map((_, n) => n);
const base64 = pcmToBase64(frame8k);
const into = new Int16Array(160);
const intoBytes = new Uint8Array(160);

export const AUDIO_CASES: readonly BenchCase[] = [
  plain('decode L16', 'frame', () => bytesToPcm(bytes)),
  plain('decode L16 in base64', 'frame', () => base64ToPcm(base64)),
  plain('decode µ-law', 'frame', () => decodeMulaw(companded, into)),
  plain('decode A-law', 'frame', () => decodeAlaw(companded, into)),
  plain('encode µ-law', 'frame', () => encodeMulaw(frame8k, intoBytes)),
  plain('encode L16 in base64, 200 ms', 'chunk', () => pcmToBase64(chunk8k)),
  plain('level (rms)', 'frame', () => rms(frame8k)),
  resampling(16_000, 8_000, frame16k),
  resampling(24_000, 8_000, tone(480)),
  reframing(),
  ticking(100),
  ticking(1_000),
];

function resampling(fromHz: 16_000 | 24_000, toHz: 8_000, frame: Int16Array): BenchCase {
  return {
    name: `resample ${fromHz / 1_000} to ${toHz / 1_000} kHz`,
    per: 'frame',
    async begin() {
      await loadResampler();
      const resampler = new Resampler(fromHz, toHz);
      return {
        run: (times) => repeat(times, () => resampler.process(frame)),
        units: 1,
        end: () => resampler.close(),
      };
    },
  };
}

function reframing(): BenchCase {
  const reframer = new Reframer(8_000, () => undefined);
  const half = frame8k.subarray(0, 80);
  return plain('reframe two pieces of 10 ms', 'frame', () => {
    reframer.push(half);
    reframer.push(half);
  });
}

/** The clock alone: tracks of 20 ms with phases of their own that do nothing. */
function ticking(tracks: number): BenchCase {
  return {
    name: `playout tick, ${tracks} tracks`,
    per: 'tick',
    begin() {
      const clock = new HandClock();
      const playout = new PlayoutClock(clock, {
        onFailure: (error) => {
          throw error;
        },
      });
      for (let n = 0; n < tracks; n += 1) {
        let dueMs = n % 20;
        playout.add({ tick: () => (dueMs += 20) }, dueMs);
      }
      const run = (times: number) => repeat(times, () => repeat(20, () => clock.pass(1)));
      return Promise.resolve({ run, units: tracks, end: () => playout.close() });
    },
  };
}
