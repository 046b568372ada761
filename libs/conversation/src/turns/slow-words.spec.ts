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

/** The caller only made a noise, was told to wait, and the recogniser says that it was nothing. */
function waitingForNothing() {
  const call = slow();
  voice(call, 500);
  miss(call);
  call.sound();
  settle(call, '', 100);
  pause(call);
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
    const call = waitingForNothing();
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

describe('a caller over whom a reply is held until their words are transcribed', () => {
  const ANSWER = ['We open at nine.', 'And we close at five.'];
  /** The agent answers, and the caller's voice sets in. */
  function interrupted(when: 'before it sounds' | 'in its second sentence', lengthMs = 600) {
    const call = slow();
    call.say('When are you open?');
    call.endTurn();
    call.think(...ANSWER);
    const { epoch } = call;
    if (when === 'in its second sentence') {
      call.sound();
      call.give({ type: 'piece-heard', epoch, piece: 0 }, 900);
    }
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 200);
    call.give({ type: 'timer-due', timer: 'overlap' }, 320);
    call.give({ type: 'voice-stopped', endMs: call.atMs + lengthMs - 320 }, lengthMs);
    return { call, epoch };
  }
  const stopped = (call: SteppedCall, epoch: number) =>
    call.give({ type: 'reply-stopped', epoch, heard: { wholePieces: 1, partText: 'And we', basis: 'clock' } });
  const heard = (call: SteppedCall) =>
    call
      .told('agent.spoke')
      .map((event) => event.heard)
      .slice(1);
  const asked = (call: SteppedCall) => messagesFor(call.call).slice(-1);

  it.each(['before it sounds', 'in its second sentence'] as const)('is told to wait: %s', (when) => {
    const { call, epoch } = interrupted(when);
    expect(call.call.agent.floor).toBe('held');
    const { caller } = call.call;
    const endMs = caller.floor === 'pausing' ? caller.endMs : NaN;
    expect(call.call.obligation).toEqual({ owner: 'recogniser', step: 'hear', dueMs: endMs + PATIENCE_MS });
    miss(call);
    expect(call.done('stop-reply')).toEqual([{ type: 'stop-reply', epoch }]);
    expect(spoken(call)).toEqual([...ANSWER, MOMENT]);
    expect(call.done('release').at(-1)).toEqual({ type: 'release', epoch: call.epoch });
  });

  it('is answered to their words in the same reply', () => {
    const { call, epoch } = interrupted('in its second sentence');
    miss(call);
    stopped(call, epoch);
    call.sound();
    settle(call, 'And on Sundays?', 300);
    pause(call);
    expect(asked(call)).toEqual([{ role: 'caller', text: 'And on Sundays?' }]);
    call.think('Never on Sundays.');
    call.hearOut();
    expect(heard(call)).toEqual(['We open at nine. And we—', `${MOMENT} Never on Sundays.`]);
  });

  it.each<[string, string]>([
    ['And on Sundays?', 'When are you open? And on Sundays?'],
    ['', 'When are you open?'],
  ])('is answered to all of it when nothing of the reply was heard: %j', (text, all) => {
    const { call } = interrupted('before it sounds');
    miss(call);
    call.sound();
    settle(call, text, 300);
    pause(call);
    expect(asked(call)).toEqual([{ role: 'caller', text: all }]);
    call.think('At nine, never on Sundays.');
    call.hearOut();
    expect(call.told('caller.spoke').map((event) => event.text)).toEqual([all]);
    expect(heard(call)).toEqual([`${MOMENT} At nine, never on Sundays.`]);
  });

  it.each([600, 1_500])('hears the broken sentence again when a voice of %d ms had no words', (lengthMs) => {
    const { call, epoch } = interrupted('in its second sentence', lengthMs);
    miss(call);
    stopped(call, epoch);
    call.sound();
    settle(call, '', 300);
    pause(call);
    expect(spoken(call)).toEqual([...ANSWER, MOMENT, ANSWER[1]]);
    expect(call.done('finish-reply').at(-1)).toEqual({ type: 'finish-reply', epoch: call.epoch });
    call.hearOut();
    expect(heard(call)).toEqual(['We open at nine. And we—', `${MOMENT} ${ANSWER[1]}`]);
    expect(call.done('think')).toHaveLength(1);
  });

  it('is told so again after a second voice, and hears the reply once when neither had words', () => {
    const { call, epoch } = interrupted('in its second sentence');
    miss(call);
    stopped(call, epoch);
    const moment = call.epoch;
    call.sound();
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 200);
    call.give({ type: 'timer-due', timer: 'overlap' }, 320);
    call.give({ type: 'voice-stopped', endMs: call.atMs }, 100);
    miss(call);
    call.give({ type: 'reply-stopped', epoch: moment, heard: { wholePieces: 0, partText: 'One', basis: 'clock' } });
    call.sound();
    settle(call, '', 300);
    pause(call);
    expect(spoken(call)).toEqual([...ANSWER, MOMENT, MOMENT, ANSWER[1]]);
  });

  it('waits in silence while the rest of the reply is not known', () => {
    const call = slow();
    call.say('When are you open?');
    call.endTurn();
    call.give({ type: 'sentence-ready', epoch: call.epoch, text: 'We open at nine.' });
    call.sound();
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 200);
    call.give({ type: 'timer-due', timer: 'overlap' }, 320);
    call.give({ type: 'voice-stopped', endMs: call.atMs }, 100);
    expect(call.call.obligation).toMatchObject({ owner: 'caller', step: 'say-words' });
    call.give({ type: 'reply-thought', epoch: call.epoch, reason: 'stop' }, 100);
    expect(call.call.obligation).toMatchObject({ owner: 'recogniser', step: 'hear' });
  });

  it('who only made a noise is answered when they speak while the agent still says that it waits', () => {
    const call = waitingForNothing();
    const { epoch } = call;
    settle(call, 'Where is my order?', 100); // without a voice that was noticed
    pause(call);
    call.give({ type: 'reply-stopped', epoch, heard: { wholePieces: 0, partText: 'One', basis: 'clock' } });
    pause(call);
    call.think('It is on its way.');
    call.hearOut();
    expect(call.told('agent.spoke').at(-1)?.heard).toBe('It is on its way.');
  });
});
