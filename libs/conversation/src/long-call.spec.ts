import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { RehearsedCall, someSettings } from './testing/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const ONE_HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const HALF_AN_HOUR_MS = 30 * MINUTE_MS;
const ANSWER = 'It is on its way. It comes tomorrow, and it needs to be signed for.';
/** Half a minute of sound at 8 kHz; what was said, as text, is some tens of kilobytes in half an hour. */
const MOST_GROWN_BYTES = 500_000;

async function begunCall(): Promise<RehearsedCall> {
  const settings = someSettings({}, { maxCallMs: ONE_HOUR_MS });
  const call = await RehearsedCall.begin({ script: () => ANSWER, settings });
  await call.hearOut();
  return call;
}

/** Turn after turn until so much time has passed; what the fakes keep for their tests is let go. */
async function talkFor(call: RehearsedCall, forMs: number): Promise<void> {
  const untilMs = call.clock.nowMs() + forMs;
  while (call.clock.nowMs() < untilMs) {
    await call.say('Where is my order?');
    await call.hearOut();
    for (const kept of [call.line.sent, call.lines, call.events, call.model.requests, call.voice.pieces])
      (kept as unknown[]).length = 0;
  }
}

/** What is held weakly is let go when a turn of the loop ends; a collection may only end one that had begun. */
async function heldBytes(): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a long call', () => {
  it('holds no more after half an hour than after two minutes, but what was said', async () => {
    await talkFor(await begunCall(), HALF_AN_HOUR_MS); // else what the engine compiles meanwhile would count as held
    const call = await begunCall();
    await talkFor(call, 2 * MINUTE_MS);
    const early = await heldBytes();
    await talkFor(call, 28 * MINUTE_MS);
    expect((await heldBytes()) - early).toBeLessThan(MOST_GROWN_BYTES);
    expect(call.bugs).toEqual([]);
    expect(call.endReason).toBeNull();
  }, 60_000);
});
