import { describe, expect, it } from '@jest/globals';
import { SteppedCall } from '../testing/stepped-call.js';

const miss = (call: SteppedCall, afterMs: number) => call.give({ type: 'timer-due', timer: 'obligation' }, afterMs);
const fails = (call: SteppedCall, stage: 'model' | 'voice', retryable: boolean) =>
  call.give({
    type: 'provider-failed',
    stage,
    provider: 'a/b',
    code: 'refused',
    retryable,
    epoch: call.epoch,
    piece: 0,
  });
const spoken = (call: SteppedCall) => call.done('speak').map(({ text }) => text);

/** The model was asked and is silent: the caller has been told to wait a moment, and has heard it. */
function waiting(): SteppedCall {
  const call = SteppedCall.greeted({
    functions: [{ name: 'end_call', description: '', parameters: {}, effect: 'ends-call', timeoutMs: 0 }],
  });
  call.say('Where is my order?');
  call.endTurn();
  miss(call, 2_200);
  expect(spoken(call).at(-1)).toBe('One moment, please.');
  call.sound();
  call.give({ type: 'piece-heard', epoch: call.epoch, piece: 0 }, 900);
  call.give({ type: 'reply-ran-dry', epoch: call.epoch });
  return call;
}

describe('after "one moment"', () => {
  it('an answer of nothing is answered for', () => {
    const call = waiting();
    call.give({ type: 'reply-thought', epoch: call.epoch, reason: 'stop' });
    expect(spoken(call).at(-1)).toBe('Could you say that again?');
    expect(call.done('finish-reply').at(-1)).toEqual({ type: 'finish-reply', epoch: call.epoch });
  });

  it('a goodbye is said before the agent hangs up', () => {
    const call = waiting();
    call.give({ type: 'function-called', epoch: call.epoch, call: { id: '1', name: 'end_call', argumentsJson: '{}' } });
    call.give({ type: 'reply-thought', epoch: call.epoch, reason: 'functions' });
    expect(spoken(call).at(-1)).toBe('Goodbye.');
    expect(call.done('hang-up')).toEqual([]);
    call.give({ type: 'reply-finished', epoch: call.epoch, basis: 'clock' }, 900);
    expect(call.call.endReason).toBe('agent-hung-up');
  });

  it('a model that breaks is asked once more, and then it is said', () => {
    const call = waiting();
    expect(fails(call, 'model', true)).toContainEqual({ type: 'think', epoch: call.epoch, round: 0 });
    fails(call, 'model', true);
    expect(spoken(call).at(-1)).toBe('Sorry, something went wrong here.');
  });

  it('a second one is said when the answer itself is late', () => {
    const call = waiting();
    call.give({ type: 'sentence-ready', epoch: call.epoch, text: 'I see.' });
    call.give({ type: 'reply-audible', epoch: call.epoch }, 100);
    call.give({ type: 'piece-heard', epoch: call.epoch, piece: 1 }, 300);
    call.give({ type: 'reply-ran-dry', epoch: call.epoch });
    miss(call, 2_200);
    expect(spoken(call).slice(-2)).toEqual(['I see.', 'One moment, please.']);
  });
});

describe('while the caller waits', () => {
  /** The model has answered, and the voice is silent. */
  function voiceless(): SteppedCall {
    const call = SteppedCall.greeted();
    call.say('Where is my order?');
    call.endTurn();
    call.think('It is on its way.', 'Anything else?');
    return call;
  }

  it('patience is counted from the caller’s last sound, not from the end of the turn', () => {
    const call = SteppedCall.greeted();
    call.say('Where is my order?');
    const spokeUntilMs = call.atMs - 50;
    call.endTurn();
    expect(call.call.obligation).toMatchObject({ step: 'answer', dueMs: spokeUntilMs + 2_200 });
  });

  it('for the voice, "one moment" goes before the sentence that is late, and is heard as such', () => {
    const call = voiceless();
    expect(miss(call, 900)).toContainEqual({
      type: 'insert',
      epoch: call.epoch,
      piece: 0,
      text: 'One moment, please.',
    });
    call.sound();
    call.give({ type: 'piece-heard', epoch: call.epoch, piece: 0 }, 900);
    call.give({ type: 'reply-ran-dry', epoch: call.epoch });
    call.hearOut();
    expect(call.told('agent.spoke').at(-1)).toMatchObject({
      heard: 'One moment, please. It is on its way. Anything else?',
    });
  });

  it('"one moment" is said again before the silence is too long, and at last it is given up', () => {
    const call = voiceless();
    for (let n = 0; n < 2; n += 1) {
      miss(call, 2_200);
      call.sound();
      call.give({ type: 'piece-heard', epoch: call.epoch, piece: n }, 900);
      call.give({ type: 'reply-ran-dry', epoch: call.epoch });
    }
    expect(call.done('insert').map(({ piece }) => piece)).toEqual([0, 1]);
    expect(call.call.obligation).toMatchObject({ step: 'give-up', dueMs: call.atMs + 2_200 });
    miss(call, 2_200);
    expect(spoken(call).at(-1)).toBe('Sorry, something went wrong here.');
  });

  it('for the rest of a sentence, the reply is given up: nothing can be put into it', () => {
    const call = voiceless();
    call.give({ type: 'piece-sounded', epoch: call.epoch, piece: 0 });
    call.sound();
    call.give({ type: 'reply-ran-dry', epoch: call.epoch }, 250);
    miss(call, 2_200);
    expect(call.done('insert')).toEqual([]);
    expect(spoken(call).at(-1)).toBe('Sorry, something went wrong here.');
  });
});

describe('a voice without words', () => {
  const lose = (call: SteppedCall, answers: boolean) => {
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 100);
    call.give({ type: 'voice-stopped', endMs: call.atMs + 1_200 }, 1_200);
    if (answers) call.give({ type: 'words-settled', text: '', confidence: 1 });
    call.give({ type: 'timer-due', timer: 'late-words' }, 900);
    call.give({ type: 'timer-due', timer: 'pause' }, 500);
    if (call.call.agent.floor === 'replying') call.hearOut();
  };
  const failures = (call: SteppedCall) => call.told('provider.failed').map(({ code }) => code);

  it('is asked for again, then by another recogniser, and then the call ends with an apology', () => {
    const call = SteppedCall.greeted();
    for (let n = 0; n < 3; n += 1) lose(call, false);
    expect(spoken(call).slice(1)).toEqual([
      'Could you say that again?',
      'Sorry, something went wrong here.',
      'I am sorry, I cannot go on.',
    ]);
    expect(failures(call)).toEqual(['provider.timed-out', 'provider.timed-out']);
    expect(call.done('open-recogniser')).toHaveLength(2);
    expect(call.call.endReason).toBe('provider-lost');
  });

  it('is left alone when a second recogniser hears no words in it either', () => {
    const call = SteppedCall.greeted();
    for (let n = 0; n < 4; n += 1) lose(call, true);
    expect(spoken(call).slice(1)).toEqual(['Could you say that again?', 'Sorry, something went wrong here.']);
    expect(failures(call)).toEqual(['provider.empty']);
    expect(call.call.phase).toBe('talking');
  });

  it('is forgotten when words come', () => {
    const call = SteppedCall.greeted();
    lose(call, false);
    call.say('Where is my order?');
    call.endTurn();
    call.think('It is on its way.');
    call.hearOut();
    lose(call, false);
    expect(spoken(call).at(-1)).toBe('Could you say that again?');
    expect(failures(call)).toEqual([]);
  });
});

describe('a failure', () => {
  it('of a guess is nobody’s business, and the turn’s end asks anew', () => {
    const call = SteppedCall.greeted();
    call.say('Where is my order?');
    call.give({ type: 'sentence-ready', epoch: call.epoch, text: 'It is here.' });
    fails(call, 'voice', false);
    expect(spoken(call).at(-1)).toBe('It is here.');
    call.endTurn();
    call.think('It is on its way.');
    call.hearOut();
    expect(call.told('caller.spoke')).toHaveLength(1);
    expect(call.told('agent.spoke').at(-1)).toMatchObject({ heard: 'It is on its way.' });
  });

  it('of a recogniser that sent what cannot be read is borne once', () => {
    const call = SteppedCall.greeted();
    const unreadable = { stage: 'recogniser', provider: 'a/b', code: 'provider.unreadable', retryable: false } as const;
    expect(call.give({ type: 'provider-failed', ...unreadable })).toContainEqual({
      type: 'open-recogniser',
      afterMs: 0,
    });
    call.give({ type: 'provider-failed', ...unreadable });
    expect(spoken(call).at(-1)).toBe('I am sorry, I cannot go on.');
  });

  it('of a model is also an answer of nothing', () => {
    const call = SteppedCall.greeted();
    call.say('Where is my order?');
    call.endTurn();
    call.think();
    expect(call.told('provider.failed')).toMatchObject([{ stage: 'model', code: 'provider.empty' }]);
  });

  it('is told, with who it was', () => {
    const call = SteppedCall.greeted();
    call.say('Where is my order?');
    call.endTurn();
    fails(call, 'model', true);
    expect(call.told('provider.failed')).toEqual([
      { type: 'provider.failed', stage: 'model', provider: 'a/b', code: 'refused' },
    ]);
  });
});

describe('an obligation', () => {
  it('is not missed before its time, whichever timer says so', () => {
    const call = SteppedCall.greeted();
    expect(miss(call, 7_900)).toEqual([]);
    expect(miss(call, 100)).toContainEqual({ type: 'tell', event: { type: 'obligation.missed', owner: 'caller', step: 'speak' } }); // prettier-ignore
  });

  it('moves with what is heard', () => {
    const call = new SteppedCall();
    call.give({ type: 'line-up' });
    call.sound();
    call.give({ type: 'piece-heard', epoch: call.epoch, piece: 0 }, 5_000);
    expect(call.call.obligation).toMatchObject({ step: 'play', dueMs: call.atMs + 45_000 });
  });

  it('follows what it waits for', () => {
    const call = SteppedCall.greeted();
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 5_000);
    miss(call, 60_000);
    expect(call.done('set-timer').at(-1)).toEqual({
      type: 'set-timer',
      timer: 'obligation',
      dueMs: call.atMs + 60_000,
    });
  });
});

describe('a reply that is held with nothing to say', () => {
  it('does not ask the caller, who is speaking, to say it again', () => {
    const call = SteppedCall.greeted();
    call.say('Where is my order?');
    call.endTurn();
    call.give({ type: 'voice-started', onsetMs: call.atMs });
    call.give({ type: 'reply-thought', epoch: call.epoch, reason: 'stop' });
    expect(spoken(call)).toEqual(['Hello, this is Ada, an AI.']);
    call.give({ type: 'voice-stopped', endMs: call.atMs }, 300);
    call.give({ type: 'timer-due', timer: 'resume' }, 700);
    expect(spoken(call).at(-1)).toBe('Could you say that again?');
  });
});
