import { describe, expect, it } from '@jest/globals';
import { replay } from './log/replay.js';
import { RehearsedCall, someSettings } from './testing/rehearsed-call.js';

const CUT_OFF = 'We were cut off for a moment.';
const before = someSettings();
const settings = { ...before, phrases: { ...before.phrases, cutOff: CUT_OFF } };

const ANSWER = 'We are in Lyon, in the old town. There is a car park behind the house.';

const rung = (goesOnFrom?: readonly string[]) =>
  RehearsedCall.begin({ settings, script: () => ANSWER, ...(goesOnFrom && { goesOnFrom }) });

describe('a call whose process is gone', () => {
  it('goes on in another one with its history, after one line that says so', async () => {
    const first = await rung();
    await first.hearOut();
    await first.say('Where are you?');
    await first.hearOut();

    const next = await rung(first.lines);
    await next.hearOut();
    await next.say('And when do you open?');
    await next.hearOut();

    expect(next.transcript).toEqual([
      'agent: Hello, this is Ada, an AI.',
      'caller: Where are you?',
      `agent: ${ANSWER}`,
      `agent: ${CUT_OFF}`,
      'caller: And when do you open?',
      `agent: ${ANSWER}`,
    ]);
    expect(next.told.map(({ role }) => role)).toEqual(['agent', 'caller', 'agent', 'agent', 'caller']);
    expect(next.events[0]).toEqual({ type: 'call.adopted', fromNode: 'one', toNode: 'other' });
    expect(next.recogniser.sessions).toHaveLength(1);
    expect(replay(next.log).divergence).toBeNull();
  });

  it('answers what the caller had asked, and nobody had answered', async () => {
    const first = await rung();
    await first.hearOut();
    await first.say('Where are you?');

    const next = await rung(first.lines);
    await next.hearOut();
    await next.hearOut();

    expect(next.transcript.slice(-3)).toEqual(['caller: Where are you?', `agent: ${CUT_OFF}`, `agent: ${ANSWER}`]);
  });

  it('goes on by the clock of the call', async () => {
    const first = await rung();
    await first.hearOut();
    const lastMs = first.log.at(-1)?.atMs ?? 0;

    const next = await rung(first.lines);
    await next.hearOut();

    expect(next.log.map(({ seq }) => seq)).toEqual([...next.log.keys()]);
    expect(next.log[first.lines.length]).toMatchObject({ atMs: lastMs, input: { type: 'call-adopted' } });
  });

  it('is over without a word where another process has it', async () => {
    const call = await rung();
    await call.hearOut();
    const entries = call.lines.length;
    call.conversation.leave();
    await call.pass(1_000);

    expect(call.endReason).toBe('node-lost');
    expect(call.lines).toHaveLength(entries);
    expect(call.line.hungUp).toBe(true); // this one cannot be left
  });

  it('leaves a line that can be left, and does not hang it up', async () => {
    const call = await rung();
    await call.hearOut();
    let left = 0;
    Object.assign(call.line, { leave: () => (left += 1) });
    call.conversation.leave();

    expect([left, call.line.hungUp]).toEqual([1, false]);
  });
});
