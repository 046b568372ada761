import { describe, expect, it } from '@jest/globals';
import { relive } from '../log/relive.js';
import type { FunctionDefinition } from '../ports/index.js';
import { SteppedCall } from '../testing/stepped-call.js';
import { someSettings } from '../testing/rehearsed-call.js';

const ANSWER = ['The first one is at nine.', 'The next one is at eleven thirty.'];
const RECOVERY = someSettings().phrases.recovery;
const BOOK: FunctionDefinition = {
  ...{ name: 'book', description: 'Books.', parameters: { type: 'object' } },
  ...{ effect: 'changes', timeoutMs: 5_000 },
};

/** What the new process does when it has the call. */
function adopt(call: SteppedCall) {
  const { soundedMs = 0, recorded = false } = relive(call.log) ?? {};
  return call.give({ type: 'call-adopted', fromNode: 'one', toNode: 'other', soundedMs, recorded }, 2_000);
}

/** The caller has asked, and hears the answer. */
function answering(options: ConstructorParameters<typeof SteppedCall>[0] = {}): SteppedCall {
  const call = SteppedCall.greeted(options);
  call.say('When do you have time?');
  call.endTurn();
  call.think(...ANSWER);
  call.sound();
  return call;
}

const saidBy = (effects: readonly { type: string; text?: string }[]) =>
  effects.flatMap(({ type, text }) => (type === 'speak' ? [text] : []));
const heardOf = (call: SteppedCall) => call.told('agent.spoke').map(({ heard }) => heard);

describe('a call that is adopted', () => {
  it('holds for heard what is known to have sounded, and no more', () => {
    const call = answering();
    call.give({ type: 'piece-heard', epoch: call.epoch, piece: 0 }, 1_500);
    call.give({ type: 'words-changed', text: '' }, 900); // the last sign of life
    adopt(call);

    expect(heardOf(call).at(-1)).toBe(`${ANSWER[0]} The next—`);
    expect(call.told('agent.spoke').at(-1)).toMatchObject({ basis: 'clock', interrupted: true });
  });

  it('has the model go on with an answer that broke off', () => {
    const call = answering();
    call.give({ type: 'piece-heard', epoch: call.epoch, piece: 0 }, 1_500);
    expect(saidBy(adopt(call))).toEqual([RECOVERY]);
    call.hearOut();

    expect(call.call.messages.at(-1)).toMatchObject({ role: 'system', text: expect.stringContaining('Go on') });
    expect(call.log.at(-1)?.effects).toContainEqual({ type: 'think', epoch: call.epoch, round: 0 });
  });

  it('asks the model nothing when nobody was waiting for an answer', () => {
    const call = SteppedCall.greeted();
    expect(saidBy(adopt(call))).toEqual([RECOVERY]);
    call.hearOut();

    expect(call.done('think')).toEqual([]);
    expect(call.call.obligation).toMatchObject({ owner: 'caller', step: 'speak' });
  });

  it('says the rest of a greeting: nobody talks to a machine without being told', () => {
    const call = new SteppedCall();
    call.give({ type: 'line-up' });
    call.sound();

    expect(saidBy(adopt(call))).toEqual([RECOVERY, someSettings().greeting]);
  });

  it('asks for a change again under its key, and says that a reading one is over', () => {
    const call = SteppedCall.greeted({ functions: [BOOK, { ...BOOK, name: 'look_up', effect: 'reads' }] });
    call.say('Book me in at nine.');
    call.endTurn();
    for (const name of ['look_up', 'book'])
      call.give({ type: 'function-called', epoch: call.epoch, call: { id: name, name, argumentsJson: '{}' } });
    call.give({ type: 'reply-thought', epoch: call.epoch, reason: 'functions' });
    const key = call.done('run-function').find(({ changes }) => changes)?.key ?? '';
    const effects = adopt(call);

    expect(effects.filter(({ type }) => type === 'run-function')).toMatchObject([{ key, changes: true }]);
    call.give({ type: 'function-returned', key, result: { ok: false, failure: 'uncertain', detail: 'begun' } });
    call.hearOut();
    expect(call.told('function.returned').at(-1)).toMatchObject({ key, ok: false, failure: 'uncertain' });
    const { messages } = call.call;
    expect(messages.find(({ role }) => role === 'function')).toMatchObject({
      resultJson: expect.stringContaining('uncertain'),
    });
  });

  it('hears the caller again, and keeps to its time', () => {
    const effects = adopt(answering());

    expect(effects).toContainEqual({ type: 'open-recogniser', afterMs: 0 });
    expect(effects).toContainEqual({ type: 'set-timer', timer: 'time-limit', dueMs: someSettings().limits.maxCallMs });
  });

  it('ends after the goodbye that it had begun', () => {
    const call = SteppedCall.greeted({ settings: someSettings({}, { maxCallMs: 2_000 }) });
    call.give({ type: 'timer-due', timer: 'time-limit' }, 1_000);
    call.sound();
    adopt(call);
    call.hearOut();

    expect(call.done('hang-up')).toHaveLength(1);
  });

  it('stays as its operator left it: music for who is on hold, silence for who has taken over', () => {
    const held = SteppedCall.greeted();
    held.give({ type: 'command-given', command: { type: 'hold' }, author: 'desk' });
    expect(adopt(held)).toContainEqual(expect.objectContaining({ type: 'play', sound: 'music' }));

    const muted = SteppedCall.greeted();
    muted.give({ type: 'command-given', command: { type: 'mute', side: 'agent' }, author: 'desk' });
    expect(saidBy(adopt(muted))).toEqual([]);
  });

  it.each([
    { they: 'are being called', happened: [] },
    { they: 'hear what it is about', happened: [{ type: 'person-answered', leg: 1 }] },
    {
      they: 'speak with the caller',
      happened: [
        { type: 'person-answered', leg: 1 },
        { type: 'person-pressed', leg: 1, digit: '1' },
      ],
    },
  ] as const)('leaves a person who is to take it over: they $they, and it is with the agent again', ({ happened }) => {
    const call = SteppedCall.greeted();
    const warm = { type: 'warm-transfer', to: '+441632960002', text: null, briefing: null } as const;
    call.give({ type: 'command-given', command: warm, author: 'desk' });
    for (const input of happened) call.give(input);
    const effects = adopt(call);

    const { person, phase, messages } = call.call;
    expect({ person, phase }).toEqual({ person: null, phase: 'talking' });
    expect(call.told('person.missed')).toMatchObject([{ why: 'failed' }]);
    expect(messages.at(-1)).toMatchObject({ role: 'system', text: expect.stringContaining('(failed)') });
    expect(effects.filter(({ type }) => type === 'play')).toEqual([]); // no music
    expect(saidBy(effects)).toEqual([RECOVERY, expect.stringContaining('nobody can take your call')]);
    call.hearOut();
    expect(call.call.obligation).toMatchObject({ owner: 'caller', step: 'speak' });
    call.give({ type: 'command-given', command: warm, author: 'desk' });
    expect(call.told('person.called')).toHaveLength(2);
  });

  it('tells that its recording is over', () => {
    const settings = { ...someSettings(), recording: { enabled: true, announcement: null } };
    const call = SteppedCall.greeted({ settings });
    adopt(call);

    expect(call.told('recording.ended')).toEqual([{ type: 'recording.ended', reason: 'node-lost' }]);
  });
});

describe('a call with which nobody can go on', () => {
  it.each([
    ['was over', { type: 'line-closed', end: 'closed' } as const, {}],
    [
      'is turned away',
      { type: 'line-up' } as const,
      { turnedAway: { reason: 'no-line', message: 'No.', transferTo: null } as const },
    ],
  ])('%s', (_why, input, options) => {
    const call = new SteppedCall(options);
    call.give({ type: 'line-up' });
    call.give(input);

    expect(relive(call.log)).toBeUndefined();
  });

  it('has no log', () => {
    expect(relive([])).toBeUndefined();
  });
});
