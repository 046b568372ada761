import { afterEach, describe, expect, it } from '@jest/globals';
import { RehearsedCall } from './testing/rehearsed-call.js';

let call: RehearsedCall;
afterEach(() => {
  if (call.bugs.length > 0) throw call.bugs[0];
});

describe('what passes over the line of a call', () => {
  it('is counted each way, and stands in the log when the line is closed', async () => {
    call = await RehearsedCall.begin({ script: () => 'We open at nine.' });
    await call.hearOut();
    await call.say('when do you open');
    await call.hearOut();
    const counts = call.conversation.lineCounts;
    expect(counts.soundOutMs).toBe(call.line.sentMs);
    expect(counts.soundInMs).toBe(counts.framesIn * 20);
    expect(counts.framesIn).toBeGreaterThan(50);
    expect(counts.chunksOut).toBeGreaterThan(3);
    call.line.close();
    await call.pass(0);
    const closed = call.log.find(({ input }) => input.type === 'line-closed')?.input;
    expect(closed).toEqual({ type: 'line-closed', end: 'closed', counted: counts });
  });

  it('counts what the carrier was told to drop', async () => {
    call = await RehearsedCall.begin({ script: () => 'One two three four five six seven eight nine ten.' });
    await call.hearOut();
    const before = call.conversation.lineCounts.clears;
    await call.say('count for me');
    await call.pass(1_500);
    await call.say('stop that now please');
    expect(call.conversation.lineCounts.clears).toBeGreaterThan(before);
  });
});
