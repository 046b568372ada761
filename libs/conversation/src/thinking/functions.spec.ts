import { describe, expect, it } from '@jest/globals';
import type { FunctionDefinition } from '../ports/index.js';
import { SteppedCall } from '../testing/stepped-call.js';
import { messagesFor } from './history.js';

const FUNCTIONS: FunctionDefinition[] = (['reads', 'changes'] as const).map((effect) => ({
  name: effect,
  description: effect,
  parameters: {},
  effect,
  timeoutMs: 3_000,
}));

/** The turn is over, and the model is asked. */
function asked(): SteppedCall {
  const call = SteppedCall.greeted({ functions: FUNCTIONS });
  call.say('Book it for ten.');
  call.endTurn();
  return call;
}
const calls = (call: SteppedCall, name: string, id: string, argumentsJson = '{}') =>
  call.give({ type: 'function-called', epoch: call.epoch, call: { id, name, argumentsJson } });
const thought = (call: SteppedCall) => call.give({ type: 'reply-thought', epoch: call.epoch, reason: 'functions' });
const returns = (call: SteppedCall, n: number) =>
  call.give({ type: 'function-returned', key: call.done('run-function')[n]?.key ?? '', result: { ok: true, resultJson: `"${n}"` } }); // prettier-ignore
const roles = (call: SteppedCall) => call.call.messages.map(({ role }) => role);

describe('functions of a reply', () => {
  it('have one key for the same arguments, in whatever order', () => {
    const call = asked();
    calls(call, 'changes', '1', '{"at":"ten","who":{"a":1,"b":2}}');
    calls(call, 'changes', '2', '{"who":{"b":2,"a":1},"at":"ten"}');
    calls(call, 'changes', '3', '{"at":"nine"}');
    const keys = call.done('run-function').map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it('are all awaited before the model is asked again', () => {
    const call = asked();
    calls(call, 'reads', '1', '{"n":1}');
    calls(call, 'reads', '2', '{"n":2}');
    thought(call);
    expect(returns(call, 0)).not.toContainEqual(expect.objectContaining({ type: 'think' }));
    expect(returns(call, 1)).toContainEqual({ type: 'think', epoch: call.epoch, round: 1 });
    expect(messagesFor(call.call).slice(-2)).toMatchObject([{ resultJson: '"0"' }, { resultJson: '"1"' }]);
  });

  it('do not go round in circles for ever', () => {
    const call = asked();
    const { epoch } = call;
    for (let n = 0; n < 12 && call.epoch === epoch; n += 1) {
      calls(call, 'reads', `${n}`, `{"n":${n}}`);
      thought(call);
      returns(call, n);
    }
    expect(call.done('think')).toHaveLength(8);
    expect(call.done('speak').at(-1)).toMatchObject({ text: 'Could you say that again?' });
  });

  it('of unknown fate are told as such, not as undone', () => {
    const call = asked();
    calls(call, 'changes', '1');
    thought(call);
    for (const afterMs of [2_200, 900, 1_500, 2_200]) call.give({ type: 'timer-due', timer: 'obligation' }, afterMs);
    expect(messagesFor(call.call).at(-1)).toMatchObject({ resultJson: expect.stringContaining('uncertain') });
    expect(call.told('function.returned')).toEqual([]);
    call.give({ type: 'line-closed', end: 'closed' });
    expect(call.told('function.returned')).toMatchObject([{ ok: false, failure: 'uncertain' }]);
  });

  it('that were given up and return after all are told once, and the model is told what they did', () => {
    const call = asked();
    calls(call, 'changes', '1');
    thought(call);
    for (const afterMs of [2_200, 900, 1_500, 2_200]) call.give({ type: 'timer-due', timer: 'obligation' }, afterMs);
    returns(call, 0);
    expect(messagesFor(call.call).filter(({ role }) => role === 'function')).toMatchObject([{ resultJson: '"0"' }]);
    call.think('It is booked.');
    call.hearOut();
    returns(call, 0);
    expect(call.call.messages.filter(({ role }) => role === 'function')).toMatchObject([{ resultJson: '"0"' }]);
    expect(call.told('function.returned')).toMatchObject([{ ok: true, tookMs: 6_800 }]);
  });

  it('that were given up are told as done in a history that held them for uncertain', () => {
    const call = asked();
    calls(call, 'changes', '1');
    thought(call);
    for (const afterMs of [2_200, 900, 1_500, 2_200]) call.give({ type: 'timer-due', timer: 'obligation' }, afterMs);
    call.think('I do not know whether it is booked.');
    call.hearOut();
    returns(call, 0);
    expect(call.call.messages.filter(({ role }) => role === 'function')).toMatchObject([{ resultJson: '"0"' }]);
    expect(call.told('function.returned')).toMatchObject([{ ok: true }]);
  });

  it('that only read and came too late are nobody’s business', () => {
    const call = asked();
    calls(call, 'reads', '1');
    thought(call);
    for (const afterMs of [2_200, 900, 1_500, 2_200]) call.give({ type: 'timer-due', timer: 'obligation' }, afterMs);
    expect(returns(call, 0)).toEqual([]);
    expect(call.told('function.returned')).toMatchObject([{ failure: 'timed-out' }]);
  });

  it('that outlive their reply are told with the time that they took', () => {
    const call = asked();
    calls(call, 'changes', '1');
    call.say('And a window seat.');
    returns(call, 0);
    expect(call.told('function.returned')).toMatchObject([{ ok: true, tookMs: 750 }]);
  });

  it('that only read and were cut off are not told, those that change something are', () => {
    const call = asked();
    const { epoch } = call;
    call.give({ type: 'sentence-ready', epoch, text: 'Let me see what there is.' });
    calls(call, 'reads', '1');
    calls(call, 'changes', '2');
    call.sound();
    call.say('No, stop.');
    call.give({ type: 'reply-stopped', epoch, heard: { wholePieces: 0, partText: 'Let me', basis: 'clock' } });
    expect(call.call.messages.slice(-2)).toMatchObject([
      { role: 'agent', text: 'Let me—', calls: [{ id: '2' }] },
      { role: 'function', id: '2', resultJson: '{"status":"still running"}' },
    ]);
  });

  it('that return while their reply is being stopped are told with it', () => {
    const call = asked();
    const { epoch } = call;
    call.give({ type: 'sentence-ready', epoch, text: 'Let me book it.' });
    calls(call, 'changes', '1');
    call.sound();
    call.say('No, stop.');
    returns(call, 0);
    call.give({ type: 'reply-stopped', epoch, heard: { wholePieces: 0, partText: 'Let me', basis: 'clock' } });
    expect(call.call.messages.at(-1)).toMatchObject({ role: 'function', resultJson: '"0"' });
  });

  it('keep the words that a booking answered out of the next turn', () => {
    const call = asked();
    calls(call, 'changes', '1');
    call.say('And a window seat.');
    expect(roles(call)).toEqual(['agent', 'caller', 'agent', 'function']);
    expect(call.call.words?.settled).toBe('And a window seat.');
    returns(call, 0);
    expect(call.call.messages.at(-1)).toMatchObject({ resultJson: '"0"' });
  });
});
