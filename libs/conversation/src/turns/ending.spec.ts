import { describe, expect, it } from '@jest/globals';
import { SteppedCall } from '../testing/stepped-call.js';
import { someSettings } from '../testing/rehearsed-call.js';

const heard = { wholePieces: 0, partText: 'Let me', basis: 'clock' } as const;
const hangUp = { type: 'command-given', command: { type: 'hang-up' }, author: 'desk' } as const;
const transfer = { id: 't', name: 'transfer_call', argumentsJson: '{"to":"+441632960001"}' };
const TRANSFER = { name: 'transfer_call', description: '', parameters: { properties: { to: { enum: ['+441632960001'] } } }, effect: 'transfers-call', timeoutMs: 0 } as const; // prettier-ignore

/** The caller has asked something, and the model is asked. */
function asking(): SteppedCall {
  const call = SteppedCall.greeted({ functions: [TRANSFER] });
  call.say('Where is my order?');
  call.endTurn();
  return call;
}

function transferring(): SteppedCall {
  const call = asking();
  call.give({ type: 'function-called', epoch: call.epoch, call: transfer });
  call.think('I put you through.');
  call.hearOut();
  return call;
}

const told = (call: SteppedCall) => call.told('caller.spoke').map(({ text }) => text);

describe('a call that is ending', () => {
  it('says and asks nothing more, whatever the caller says', () => {
    const call = transferring();
    expect(call.done('transfer')).toEqual([{ type: 'transfer', to: '+441632960001' }]);
    const { length } = call.log;
    call.say('Thank you!');
    call.endTurn();
    call.give({ type: 'digit-pressed', digit: '#' });
    call.endTurn();
    call.give({ type: 'timer-due', timer: 'time-limit' });
    call.give({ type: 'provider-failed', stage: 'recogniser', provider: 'a/b', code: 'x', retryable: false });
    const since = call.log.slice(length).flatMap(({ effects }) => effects.map(({ type }) => type));
    expect(since).not.toContain('think');
    expect(since).not.toContain('speak');
    call.give({ type: 'line-closed', end: 'closed' });
    expect(told(call).at(-1)).toBe('Thank you! #');
    expect(call.told('call.ended')).toMatchObject([{ reason: 'transferred' }]);
  });

  it('gives the carrier its time from the moment at which it was asked', () => {
    const call = SteppedCall.greeted();
    call.give({ type: 'voice-started', onsetMs: call.atMs });
    call.give(hangUp, 30_000);
    expect(call.call.obligation).toEqual({ owner: 'carrier', step: 'hang-up', dueMs: call.atMs + 5_000 });
  });

  it('asks the carrier twice more, then takes the line for lost, and tells the end once', () => {
    const call = SteppedCall.greeted();
    call.give(hangUp);
    for (let n = 0; n < 3; n += 1) call.give({ type: 'timer-due', timer: 'obligation' }, 5_000);
    call.give({ type: 'timer-due', timer: 'obligation' }, 5_000);
    expect(call.done('hang-up')).toHaveLength(3);
    expect(call.told('call.ended')).toMatchObject([{ reason: 'operator-hung-up' }]);
  });

  it('keeps the first reason when it is hung up again', () => {
    const call = transferring();
    call.give(hangUp);
    call.give(hangUp);
    call.give({ type: 'line-closed', end: 'closed' });
    expect(call.told('call.ended')).toMatchObject([{ reason: 'transferred' }]);
  });

  it('does not let the caller talk the last words away, nor type them away', () => {
    const call = asking();
    call.give({ type: 'timer-due', timer: 'time-limit' });
    call.sound();
    call.say('No, wait, please.');
    call.give({ type: 'digit-pressed', digit: '4' });
    expect(call.done('stop-reply').filter(({ epoch }) => epoch === call.epoch)).toEqual([]);
    call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' }, 1_000);
    expect(call.done('hang-up')).toHaveLength(1);
  });

  it.each([
    ['an operator hangs up', hangUp],
    ['the time is up', { type: 'timer-due', timer: 'time-limit' }],
    ['the recogniser is lost', { type: 'provider-failed', stage: 'recogniser', provider: 'a/b', code: 'x', retryable: false }], // prettier-ignore
    ['the caller hangs up', { type: 'line-closed', end: 'closed' }],
  ] as const)('keeps the question that was not answered yet when %s', (_name, input) => {
    const call = asking();
    call.give(input);
    call.give({ type: 'line-closed', end: 'closed' });
    expect(told(call)).toEqual(['Where is my order?']);
  });

  it('keeps words that were never settled, and hears none after the line', () => {
    const call = SteppedCall.greeted();
    call.give({ type: 'voice-started', onsetMs: call.atMs });
    call.give({ type: 'words-changed', text: 'please cancel it' }, 500);
    call.give({ type: 'line-closed', end: 'closed' });
    expect(call.give({ type: 'words-settled', text: 'please cancel it.', confidence: 1 })).toEqual([]);
    expect(call.give({ type: 'voice-stopped', endMs: call.atMs })).toEqual([]);
    expect(told(call)).toEqual(['please cancel it']);
    expect(call.told('call.ended')).toHaveLength(1);
  });

  it.each([
    ['held', { type: 'timer-due', timer: 'overlap' }],
    ['told to stop', { type: 'words-settled', text: 'No, stop.', confidence: 1 }],
    ['sounding', { type: 'words-changed', text: '' }],
  ] as const)('tells its end once, after what was heard of a reply that was %s', (_name, input) => {
    const call = asking();
    call.think('Let me look.');
    call.sound();
    call.give({ type: 'voice-started', onsetMs: call.atMs });
    call.give(input, 320);
    call.give({ type: 'line-closed', end: 'lost' });
    expect(call.told('call.ended')).toEqual([]);
    const stopped = { type: 'reply-stopped', epoch: call.told('turn.ended').at(-1)?.epoch ?? 0, heard } as const;
    call.give(stopped);
    call.give(stopped);
    expect(call.told('agent.spoke').at(-1)).toMatchObject({ heard: 'Let me—' });
    expect(call.told('call.ended')).toMatchObject([{ reason: 'line-lost' }]);
  });

  it('keeps what was heard of two replies that were stopped before either was told', () => {
    const call = asking();
    call.think('Let me look.');
    call.sound();
    const first = call.epoch;
    call.give({ type: 'words-settled', text: 'No, stop.', confidence: 1 });
    call.endTurn();
    call.think('I have looked.');
    call.sound();
    const second = call.epoch;
    call.give({ type: 'line-closed', end: 'closed' });
    call.give({ type: 'reply-stopped', epoch: first, heard });
    expect(call.told('call.ended')).toEqual([]);
    call.give({ type: 'reply-stopped', epoch: second, heard: { ...heard, partText: 'I have' } });
    expect(call.told('agent.spoke').slice(-2)).toMatchObject([{ heard: 'Let me—' }, { heard: 'I have—' }]);
    expect(call.told('call.ended')).toHaveLength(1);
  });

  it('says that the time is up after what is being said, and hangs up when that was heard', () => {
    const call = asking();
    call.think('Let me look.');
    call.sound();
    call.give({ type: 'timer-due', timer: 'time-limit' });
    expect(call.done('speak').at(-1)).toMatchObject({ text: 'Let me look.' });
    call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' });
    expect(call.done('speak').at(-1)).toMatchObject({ text: 'I have to end the call now.' });
    call.hearOut();
    expect(call.done('hang-up')).toHaveLength(1);
  });

  it('says its own goodbye and no other when the time is up in the middle of it', () => {
    const call = SteppedCall.greeted();
    for (let n = 0; n < 3; n += 1) {
      call.give({ type: 'timer-due', timer: 'obligation' }, 8_000);
      call.sound();
      if (n < 2) call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' }, 500);
    }
    call.give({ type: 'timer-due', timer: 'time-limit' });
    call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' }, 500);
    expect(call.done('speak').at(-1)).toMatchObject({ text: 'Goodbye.' });
    expect(call.call.endReason).toBe('caller-silent');
  });

  it('gives a carrier half a minute to take a transferred call away before it hangs up', () => {
    const parameters = { type: 'object', properties: { to: { enum: ['+441632960001'] } } };
    const transfer = { name: 'transfer', description: '', effect: 'transfers-call' as const, timeoutMs: 0, parameters };
    const settings = { ...someSettings(), functions: ['transfer'] };
    const call = SteppedCall.greeted({ settings, functions: [transfer] });
    call.say('A person please.');
    call.endTurn();
    const { epoch } = call;
    call.give({ type: 'sentence-ready', epoch, text: 'I put you through.' });
    call.give({
      type: 'function-called',
      epoch,
      call: { id: '1', name: 'transfer', argumentsJson: '{"to":"+441632960001"}' },
    });
    call.give({ type: 'reply-thought', epoch, reason: 'functions' });
    call.hearOut();
    expect(call.done('transfer')).toEqual([{ type: 'transfer', to: '+441632960001' }]);
    expect(call.call.obligation).toEqual({ owner: 'carrier', step: 'hang-up', dueMs: call.atMs + 30_000 });
  });
});
