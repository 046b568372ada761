import { systemClock } from '@app/kernel';
import { RingoverLine, SILENCE_LIMITS } from '@app/telephony';
import { type BenchCase, repeat, tone } from '../bench-case.js';
import { maskedMessage, openMemorySocket } from '../memory-socket.js';

const CHUNK_MS = 200;
type RateHz = 8_000 | 16_000;

export const TELEPHONY_CASES: readonly BenchCase[] = [
  receiving(8_000),
  receiving(16_000),
  sending(8_000, CHUNK_MS),
  sending(8_000, 20),
  sending(16_000, CHUNK_MS),
];

async function openLine(rateHz: RateHz) {
  const socket = await openMemorySocket();
  const settings = {
    rateHz,
    pacing: { chunkMs: CHUNK_MS, leadMs: 400 },
    numbersAs: 'number',
    hangUp: { by: 'close' },
    silence: SILENCE_LIMITS,
  } as const;
  const line = new RingoverLine(socket.ours, settings, systemClock);
  return { ...socket, line, end: () => socket.ours.terminate() };
}

/** From the bytes of a WebSocket message to a frame that is told. */
function receiving(rateHz: RateHz): BenchCase {
  return {
    name: `receive from Ringover, ${rateHz / 1_000} kHz`,
    per: 'frame',
    async begin() {
      const { line, arrive, end } = await openLine(rateHz);
      let frames = 0;
      line.listen({
        frame: () => (frames += 1),
        digit: () => undefined,
        mark: () => undefined,
        closed: () => undefined,
      });
      const message = maskedMessage(new Uint8Array(tone(rateHz / 50).buffer));
      const run = (times: number) => {
        const before = frames;
        repeat(times, () => arrive(message));
        if (frames - before !== times) throw new Error(`${frames - before} frames of ${times} arrived`);
      };
      return { run, units: 1, end };
    },
  };
}

/** From samples to the bytes of a `streamAudio` message that are given to the network. */
function sending(rateHz: RateHz, lengthMs: number): BenchCase {
  return {
    name: `encode and send to Ringover, ${lengthMs} ms at ${rateHz / 1_000} kHz`,
    per: 'chunk',
    async begin() {
      const { line, end } = await openLine(rateHz);
      const samples = tone((rateHz * lengthMs) / 1_000);
      const run = async (times: number) => {
        for (let done = 0; done < times; done += 50) {
          repeat(Math.min(50, times - done), () => line.send(samples));
          await new Promise((resolve) => setImmediate(resolve)); // the stream tells that it has written
        }
      };
      return { run, units: 1, end };
    },
  };
}
