import { describe, expect, it } from '@jest/globals';
import { messagesFor } from '../thinking/history.js';
import { someSettings } from '../testing/index.js';
import { SteppedCall } from '../testing/stepped-call.js';

const PATIENCE_MS = 2_200;
/** As of a recogniser that hears whole utterances, and has five seconds for each. */
const slow = () => SteppedCall.greeted({ settings: someSettings({ lateWordsMs: 5_000, resumeMs: 5_000 }) });
const MOMENT = 'One moment, please.';

const voice = (call: SteppedCall, lengthMs = 1_000) => {
  call.give({ type: 'voice-started', onsetMs: call.atMs });
  const endMs = call.atMs + lengthMs;
  call.give({ type: 'voice-stopped', endMs }, lengthMs + 200);
  return endMs;
};
const miss = (call: SteppedCall) => {
  const dueMs = call.call.obligation?.dueMs ?? NaN;
  return call.give({ type: 'timer-due', timer: 'obligation' }, Math.max(0, dueMs - call.atMs));
};
const settle = (call: SteppedCall, text: string, afterMs = 0) =>
  call.give({ type: 'words-settled', text, confidence: 1 }, afterMs);
const pause = (call: SteppedCall) => call.give({ type: 'timer-due', timer: 'pause' });
const spoken = (call: SteppedCall) =>
  call
    .done('speak')
    .map(({ text }) => text)
    .slice(1);

/** The caller was told to wait, and the recogniser is still at work. */
function waiting(heard: 'asked' | 'sounding' | 'heard' = 'sounding') {
  const call = slow();
  voice(call);
  miss(call);
  if (heard !== 'asked') call.sound();
  if (heard !== 'heard') return call;
  call.give({ type: 'piece-heard', epoch: call.epoch, piece: 0 }, 900);
  call.give({ type: 'reply-ran-dry', epoch: call.epoch });
  return call;
}

describe('a caller whose words are transcribed when they have ended', () => {
  interface Owed {
    lateWordsMs?: number;
    lengthMs?: number;
    isSettled?: boolean;
  }
  it.each<[string, Owed, string]>([
    ['waits no longer than patience lasts from the last sound', {}, 'hear'],
    ['of one word, too', { lengthMs: 350 }, 'hear'],
    ['is not told to wait for a cough', { lengthMs: 250 }, 'settle-words'],
    ['is not told so by an agent whose recogniser is quicker than that', { lateWordsMs: 900 }, 'settle-words'],
    ['is not told so when the words are there: a pause is the caller’s own', { isSettled: true }, 'settle-words'],
  ])('%s', (_, { lateWordsMs = 5_000, lengthMs = 1_000, isSettled = false }, step) => {
    const call = SteppedCall.greeted({ settings: someSettings({ lateWordsMs }) });
    const endMs = voice(call, lengthMs);
    if (isSettled) settle(call, 'And then');
    const waitMs = step === 'hear' ? PATIENCE_MS : Math.max(1_200, lateWordsMs) + 1_500;
    expect(call.call.obligation).toEqual({ owner: 'recogniser', step, dueMs: endMs + waitMs });
  });

  it('is told to wait, and then answered in the same reply', () => {
    const call = waiting();
    expect(spoken(call)).toEqual([MOMENT]);
    settle(call, 'Where is my order?', 300);
    expect(call.done('stop-reply')).toEqual([]);
    pause(call);
    expect(call.done('think')).toEqual([{ type: 'think', epoch: call.epoch, round: 0 }]);
    expect(messagesFor(call.call).slice(-1)).toEqual([{ role: 'caller', text: 'Where is my order?' }]);
    call.think('It is on its way.');
    call.hearOut();
    expect(call.told('caller.spoke')).toMatchObject([{ turn: 1, text: 'Where is my order?' }]);
    expect(call.told('agent.spoke').at(-1)).toMatchObject({ turn: 1, heard: `${MOMENT} It is on its way.` });
    expect(call.call.messages.slice(-2)).toEqual([
      { role: 'caller', text: 'Where is my order?' },
      { role: 'agent', text: `${MOMENT} It is on its way.` },
    ]);
  });

  it.each(['asked', 'sounding', 'heard'] as const)('is answered once, whenever the words come: %s', (how) => {
    const call = waiting(how);
    settle(call, 'Where is my order?', 100);
    pause(call);
    call.think('It is on its way.');
    call.hearOut();
    expect(call.done('think')).toHaveLength(1);
    expect(call.told('turn.ended')).toHaveLength(1);
    expect(call.told('agent.spoke').at(-1)?.heard).toBe(`${MOMENT} It is on its way.`);
  });

  it('is told so again while the words are still not there, by whom they are owed', () => {
    const call = waiting('heard');
    expect(call.call.obligation).toMatchObject({ owner: 'recogniser', step: 'answer', dueMs: call.atMs + PATIENCE_MS });
    miss(call);
    expect(spoken(call)).toEqual([MOMENT, MOMENT]);
  });

  it('is asked to say it again when no words come', () => {
    const call = waiting('heard');
    call.give({ type: 'timer-due', timer: 'late-words' }, 1_500);
    expect(spoken(call)).toEqual([MOMENT, 'Could you say that again?']);
  });

  it('who only made a noise is not asked anything', () => {
    const call = slow();
    voice(call, 500);
    miss(call);
    call.sound();
    settle(call, '', 100);
    pause(call);
    expect(spoken(call)).toEqual([MOMENT]);
    call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' }, 900);
    expect(call.call).toMatchObject({ agent: { floor: 'idle' }, caller: { floor: 'quiet' }, words: null });
  });

  it('goes on over it: all words are one turn', () => {
    const call = waiting();
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 100);
    settle(call, 'Where is my order?', 100);
    expect(call.done('stop-reply')).toHaveLength(1);
    call.give({ type: 'reply-stopped', epoch: call.epoch, heard: { wholePieces: 0, partText: 'One', basis: 'clock' } });
    call.give({ type: 'voice-stopped', endMs: call.atMs + 600 }, 800);
    settle(call, 'The red one.', 500);
    pause(call);
    call.think('Red, then.');
    call.hearOut();
    expect(call.told('caller.spoke')).toMatchObject([{ text: 'Where is my order? The red one.' }]);
  });
});
