import { describe, expect, it } from '@jest/globals';
import { SteppedCall } from '../testing/stepped-call.js';

const speaks = (call: SteppedCall) => call.give({ type: 'voice-started', onsetMs: call.atMs });
const changes = (call: SteppedCall, text: string, afterMs = 100) => call.give({ type: 'words-changed', text }, afterMs);
const settles = (call: SteppedCall, text: string, confidence = 1) =>
  call.give({ type: 'words-settled', text, confidence }, 100);
const stops = (call: SteppedCall) => call.give({ type: 'voice-stopped', endMs: call.atMs });
const due = (call: SteppedCall, timer: 'late-words' | 'overlap' | 'resume', afterMs = 0) =>
  call.give({ type: 'timer-due', timer }, afterMs);

/** A turn is over, and its reply is as far as this. */
function answering(how: 'thinking' | 'ready' | 'sounding', ...texts: string[]): SteppedCall {
  const call = SteppedCall.greeted();
  call.say('Where is my order?');
  call.endTurn();
  if (how !== 'thinking') call.think(...(texts.length > 0 ? texts : ['It is on its way.', 'It comes tomorrow.']));
  if (how === 'sounding') call.sound();
  return call;
}

const turn = (call: SteppedCall) => call.call.words?.settled;
const kinds = (effects: readonly { type: string }[]) => effects.map(({ type }) => type);

describe('the words of a turn', () => {
  it('are all halves of it, as sure as the least sure', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'I would');
    settles(call, 'I would like', 0.4);
    settles(call, 'a table', 0.9);
    expect(call.call.words).toMatchObject({ settled: 'I would like a table', changing: '', confidence: 0.4 });
  });

  it('come late once: what was answered is no new turn, what sounds like it later is one', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'when does it open');
    stops(call);
    due(call, 'late-words', 900);
    call.endTurn();
    changes(call, 'when does it open');
    settles(call, 'When does it open?');
    expect(call.call.words).toBeNull();
    expect(call.call.agent.floor).toBe('replying');
    call.think('At ten.');
    call.hearOut();
    call.say('When does it open?');
    expect(turn(call)).toBe('When does it open?');
  });

  it('are those that were settled late, as long as nobody has answered the guess', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'I would like to');
    stops(call);
    due(call, 'late-words', 900);
    expect(turn(call)).toBe('I would like to');
    speaks(call);
    settles(call, 'I would like to book a table for four people.');
    expect(turn(call)).toBe('I would like to book a table for four people.');
  });

  it('are not owed by a recogniser that is gone', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'yes');
    stops(call);
    due(call, 'late-words', 900);
    call.endTurn();
    call.give({ type: 'provider-failed', stage: 'recogniser', provider: 'a/b', code: 'x', retryable: true });
    call.think('Good.');
    call.hearOut();
    call.say('Yes.');
    expect(turn(call)).toBe('Yes.');
  });

  it('are not lost with the recogniser that was about to settle them', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'I would like');
    call.give({ type: 'provider-failed', stage: 'recogniser', provider: 'a/b', code: 'x', retryable: true });
    changes(call, 'a table');
    expect(call.call.words).toMatchObject({ settled: 'I would like', changing: 'a table' });
  });

  it('do not wait for ever for a recogniser that is opened anew in a pause', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'When does it open');
    stops(call);
    call.give({ type: 'provider-failed', stage: 'recogniser', provider: 'a/b', code: 'x', retryable: true });
    due(call, 'late-words', 900);
    call.endTurn();
    expect(call.told('turn.ended')).toHaveLength(1);
  });

  it('may come without a voice, and then wait for the recogniser no longer than others', () => {
    const call = SteppedCall.greeted();
    expect(changes(call, 'hello')).toContainEqual({ type: 'set-timer', timer: 'late-words', dueMs: call.atMs + 900 });
    due(call, 'late-words', 900);
    call.endTurn();
    expect(call.told('turn.ended')).toHaveLength(1);
  });

  it('are one turn with those that came before anything was heard of the answer', () => {
    const call = answering('ready');
    speaks(call);
    settles(call, 'The red one.');
    expect(turn(call)).toBe('Where is my order? The red one.');
    stops(call);
    call.endTurn();
    call.think('Red, then.');
    call.hearOut();
    expect(call.told('caller.spoke')).toMatchObject([{ turn: 1, text: 'Where is my order? The red one.' }]);
    expect(call.told('agent.spoke').at(-1)).toMatchObject({ turn: 1 });
  });

  it('are guessed at three times in a turn, not more', () => {
    const call = SteppedCall.greeted();
    for (let n = 0; n < 6; n += 1) call.say('Another thing.');
    expect(call.done('think')).toHaveLength(3);
  });
});

describe('the end of a turn', () => {
  it('waits for the words that are still to come, and for nobody but the recogniser', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    settles(call, 'When does it open?');
    expect(stops(call)).toContainEqual({ type: 'set-timer', timer: 'pause', dueMs: call.atMs + 250 });
    expect(call.call.obligation).toMatchObject({ owner: 'recogniser', step: 'settle-words' });
    expect(call.give({ type: 'timer-due', timer: 'pause' }, 250)).toEqual([]);
  });

  it('is put off by a voice, and not in sight as long as it lasts', () => {
    const call = SteppedCall.greeted();
    call.say('When does it open?');
    const effects = speaks(call);
    expect(effects).toContainEqual({ type: 'cancel-timer', timer: 'pause' });
    expect(effects).toContainEqual({ type: 'cancel-timer', timer: 'late-words' });
    expect(changes(call, 'On Sunday.')).not.toContainEqual(expect.objectContaining({ timer: 'pause' }));
  });

  it('of a cough is nothing', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    call.give({ type: 'voice-stopped', endMs: call.atMs + 300 }, 300);
    due(call, 'late-words', 900);
    call.endTurn();
    expect(call.call).toMatchObject({ caller: { floor: 'quiet' }, words: null, agent: { floor: 'idle' } });
  });

  it('is a # at once', () => {
    const call = SteppedCall.greeted();
    call.give({ type: 'digit-pressed', digit: '4' });
    const effects = call.give({ type: 'digit-pressed', digit: '#' }, 100);
    expect(effects).toContainEqual({ type: 'set-timer', timer: 'pause', dueMs: call.atMs });
  });
});

describe('keys', () => {
  it('belong to the turn that they were pressed in, also when its answer is being thought of', () => {
    const call = answering('thinking');
    call.give({ type: 'digit-pressed', digit: '4' });
    call.give({ type: 'digit-pressed', digit: '2' });
    expect(turn(call)).toBe('Where is my order? 4 2');
  });

  it('pressed while the caller speaks end nothing: the turn ends after their voice, with both', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    const effects = call.give({ type: 'digit-pressed', digit: '4' }, 300);
    expect(effects).not.toContainEqual(expect.objectContaining({ timer: 'pause' }));
    expect(call.call.caller).toMatchObject({ floor: 'speaking' });
    call.give({ type: 'timer-due', timer: 'pause' }, 1_300);
    expect(call.told('turn.ended')).toEqual([]);
    settles(call, 'is my number');
    stops(call);
    settles(call, '');
    call.endTurn();
    expect(call.told('turn.ended')).toHaveLength(1);
    expect(call.call.agent).toMatchObject({ reply: { words: { settled: '4 is my number' } } });
  });

  it('do not cut off the words that the recogniser still owes', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'my number is');
    stops(call);
    call.give({ type: 'digit-pressed', digit: '4' }, 100);
    call.give({ type: 'digit-pressed', digit: '#' }, 100);
    call.give({ type: 'timer-due', timer: 'pause' });
    expect(call.told('turn.ended')).toEqual([]);
    expect(settles(call, 'my number is')).toContainEqual({ type: 'set-timer', timer: 'pause', dueMs: call.atMs });
  });

  it('leave time for the next one, also when words are settled in between', () => {
    const call = SteppedCall.greeted();
    speaks(call);
    changes(call, 'it is');
    stops(call);
    call.give({ type: 'digit-pressed', digit: '4' }, 100);
    const pressedMs = call.atMs;
    expect(settles(call, 'It is.')).toContainEqual({ type: 'set-timer', timer: 'pause', dueMs: pressedMs + 1_200 });
  });

  it('take the floor from a reply that is held', () => {
    const call = answering('sounding');
    speaks(call);
    due(call, 'overlap', 320);
    call.give({ type: 'digit-pressed', digit: '4' });
    expect(call.call).toMatchObject({ agent: { floor: 'idle' }, stopping: [{ kind: 'answer' }] });
    expect(turn(call)).toBe('4');
  });
});

describe('an overlap', () => {
  it('is decided so long after its onset, not after the news of it', () => {
    const call = answering('sounding');
    const effects = call.give({ type: 'voice-started', onsetMs: call.atMs }, 100);
    expect(effects).toContainEqual({ type: 'set-timer', timer: 'overlap', dueMs: call.atMs - 100 + 320 });
  });

  it('is decided again when the caller sets in again', () => {
    const call = answering('sounding');
    speaks(call);
    stops(call);
    expect(due(call, 'overlap', 320)).toEqual([]); // it was a cough
    const again = speaks(call);
    expect(again).toContainEqual({ type: 'set-timer', timer: 'overlap', dueMs: call.atMs + 320 });
    expect(kinds(due(call, 'overlap', 320))).toContain('hold-reply');
  });

  it('is put off for encouragement, once', () => {
    const call = answering('sounding');
    speaks(call);
    changes(call, 'yes');
    expect(kinds(due(call, 'overlap', 220))).toEqual(['set-timer']);
    expect(kinds(due(call, 'overlap', 640))).toContain('hold-reply');
  });

  it('is an answer when the caller was asked, however short', () => {
    const call = answering('sounding', 'Shall I book it?', 'Ten is free.');
    speaks(call);
    expect(kinds(settles(call, 'Yes.'))).toContain('stop-reply');
  });

  it('is none without a voice until the words are certain, or were not settled in time', () => {
    const call = answering('sounding');
    expect(kinds(changes(call, 'stop, please'))).not.toContain('stop-reply');
    expect(kinds(due(call, 'late-words', 900))).toContain('stop-reply');
  });

  it('leaves no timer to decide the next one', () => {
    const call = answering('sounding');
    speaks(call);
    const effects = changes(call, 'no, stop');
    expect(effects).toContainEqual({ type: 'cancel-timer', timer: 'overlap' });
    expect(effects).toContainEqual({ type: 'cancel-timer', timer: 'resume' });
  });

  it('that was nothing makes the held reply go on, soon', () => {
    const call = answering('sounding');
    speaks(call);
    due(call, 'overlap', 320);
    expect(stops(call)).toContainEqual({ type: 'set-timer', timer: 'resume', dueMs: call.atMs + 700 });
    expect(due(call, 'resume', 700)).toContainEqual({ type: 'resume-reply', epoch: call.epoch });
  });

  it('begins as the reply ends: then it is a turn like any other', () => {
    const call = answering('sounding');
    speaks(call);
    call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' });
    expect(due(call, 'overlap', 320)).toEqual([]);
    stops(call);
    settles(call, 'Yes.');
    call.endTurn();
    expect(call.told('turn.ended')).toHaveLength(2);
  });
});

describe('a reply that is over', () => {
  it('does not speak for the next one', () => {
    const call = answering('sounding');
    const { epoch } = call;
    call.say('No, stop.');
    call.give({ type: 'reply-stopped', epoch, heard: { wholePieces: 1, partText: '', basis: 'clock' } });
    call.endTurn();
    expect(call.give({ type: 'sentence-ready', epoch, text: 'Too late.' })).toEqual([]);
    expect(call.give({ type: 'provider-failed', stage: 'model', provider: 'a/b', code: 'x', retryable: false, epoch })).not.toContainEqual(expect.objectContaining({ type: 'stop-reply' })); // prettier-ignore
    expect(call.call.agent).toMatchObject({ reply: { pieces: [] } });
  });

  it('gives the caller time from its end, not from their own last word', () => {
    const call = answering('sounding');
    call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' }, 20_000);
    expect(call.call.obligation).toMatchObject({ step: 'speak', dueMs: call.atMs + 8_000 });
  });
});
