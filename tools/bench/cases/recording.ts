import type { Line, LineListener } from '@app/conversation/ports';
import { RecordedLine } from '../../../apps/api/src/calls/recording/recorded-line.js';
import { type BenchCase, tone } from '../bench-case.js';
import { HandClock } from '../hand-clock.js';

const FRAME_MS = 20;
const CHUNK_FRAMES = 10;
const FLUSH_FRAMES = 50;
type RateHz = 8_000 | 16_000;

export const RECORDING_CASES: readonly BenchCase[] = [recording(8_000), recording(16_000)];

/** What a call costs more when it is recorded: both voices, in stereo, to a disk that takes all at once. */
function recording(rateHz: RateHz): BenchCase {
  return {
    name: `record a call, ${rateHz / 1_000} kHz`,
    per: 'frame',
    async begin() {
      const clock = new HandClock();
      const { line, hear } = bareLine(rateHz);
      const file = {
        write: (_bytes: Uint8Array, _offset: number, length: number) => Promise.resolve({ bytesWritten: length }),
        close: () => Promise.resolve(),
      };
      const refuse = (reason: string) => {
        throw new Error(`the recording was lost: ${reason}`);
      };
      const recorded = new RecordedLine(line, { clock, open: () => Promise.resolve(file), onLost: refuse });
      recorded.listen({ frame: nothing, digit: nothing, mark: nothing, closed: nothing });
      const [frame, chunk] = [tone((rateHz * FRAME_MS) / 1_000), tone((rateHz * FRAME_MS * CHUNK_FRAMES) / 1_000)];
      recorded.begin(nothing);
      let frames = 0;
      const run = async (times: number) => {
        for (let done = 0; done < times; done += 1) {
          clock.pass(FRAME_MS);
          hear(frame);
          if (frames % CHUNK_FRAMES === 0) recorded.send(chunk);
          frames += 1;
          if (frames % FLUSH_FRAMES !== 0) continue;
          recorded.flush();
          await new Promise((resolve) => setImmediate(resolve)); // the disk has it
        }
      };
      return { run, units: 1, end: () => recorded.finish() };
    },
  };
}

function nothing(): void {
  // the bench looks at nobody's answer
}

function bareLine(rateHz: RateHz): { line: Line; hear: (samples: Int16Array) => void } {
  let listener: LineListener | undefined;
  const line: Line = {
    rateHz,
    pacing: { chunkMs: FRAME_MS * CHUNK_FRAMES, leadMs: 2 * FRAME_MS * CHUNK_FRAMES },
    capabilities: { marks: false, duck: false, sendsDigits: false, transfers: false },
    listen: (given) => (listener = given),
    send: nothing,
    mark: nothing,
    clear: nothing,
    sendDigits: nothing,
    transfer: nothing,
    hangUp: nothing,
  };
  return { line, hear: (samples) => listener?.frame(samples) };
}
