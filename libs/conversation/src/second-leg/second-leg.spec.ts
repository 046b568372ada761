import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadResampler } from '@app/audio';
import { replay } from '../log/replay.js';
import type { CallCommand } from '../log/command.js';
import type { PersonAnswer, PersonCall } from '../ports/index.js';
import { FakeLine } from '../testing/fake-line.js';
import { RehearsedCall, someSettings } from '../testing/rehearsed-call.js';

const TO = '+441632960002';
const LEG = 'leg-1';
const WARM: CallCommand = { type: 'warm-transfer', to: TO, text: null, briefing: 'It is about order 7.' };
const QUESTION = 'If you cannot, say no or press two.';

let call: RehearsedCall;
let theirs: FakeLine;
let asked: PersonCall[];
let answer: (answer: PersonAnswer) => void;

beforeAll(loadResampler);
beforeEach(() => begin());

async function begin(rateHz: 8_000 | 16_000 = 8_000, settings = someSettings()): Promise<void> {
  theirs = new FakeLine({ rateHz });
  asked = [];
  const persons = {
    call: (order: PersonCall) => {
      asked.push(order);
      return new Promise<PersonAnswer>((resolve) => (answer = resolve));
    },
  };
  const script = () => ({
    text: 'I will put you through.',
    calls: settings.transfers ? [{ id: '1', name: 'transfer_call', argumentsJson: JSON.stringify({ to: TO, summary: 'A lost parcel.' }) }] : [], // prettier-ignore
  });
  const properties = { to: { enum: [TO] } };
  const functions = [{ name: 'transfer_call', effect: 'transfers-call' as const, parameters: { properties } }];
  call = await RehearsedCall.begin({ script, persons, settings, functions });
  await call.hearOut();
}

const command = (what: CallCommand) => call.conversation.command(what, 'desk');
const loudness = (sent: readonly Int16Array[]) => sent.map((samples) => samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0)); // prettier-ignore
const told = () => call.voice.pieces.map(({ text }) => text);
const missed = () => call.events.flatMap((event) => (event.type === 'person.missed' ? [event.why] : []));

/** They pick up, and hear all that they are told. */
async function pickUp(): Promise<void> {
  answer({ legId: LEG, line: theirs });
  await call.pass(20);
  const before = call.events.length;
  for (let waitedMs = 0; !call.log.some(({ input }) => input.type === 'person-briefed'); waitedMs += 100) {
    if (waitedMs > 30_000) throw new Error('they were told nothing');
    await call.pass(100);
  }
  expect(call.events.slice(before).filter(({ type }) => type === 'person.missed')).toEqual([]);
}

describe('a person who is called', () => {
  it('is told what it is about while the caller hears music, and joined with the caller by a word', async () => {
    expect(command(WARM)).toEqual({ done: 'calling-person' });
    await call.pass(2_000);
    expect(asked).toMatchObject([{ callId: 'call-1', to: TO }]);
    expect(command(WARM)).toEqual({ refused: 'calling-person' });
    const before = call.line.sent.length;
    await pickUp();
    expect(Math.min(...loudness(call.line.sent.slice(before)))).toBeGreaterThan(50); // music, without a gap
    expect(told()).toEqual(['I have a caller for you.', 'It is about order 7.', 'To take the call, say yes or press one.', QUESTION]); // prettier-ignore
    expect(theirs.sent.length).toBeGreaterThan(0);
    expect(call.transcript).toHaveLength(1);

    const [theyHeard, callerHeard] = [theirs.sent.length, call.line.sent.length];
    call.personsRecogniser.settle('Yes, please.');
    await call.pass(20);
    for (let n = 0; n < 50; n += 1) {
      call.line.say(700);
      theirs.say(300);
      await call.clock.advance(20);
    }
    expect(new Set(loudness(theirs.sent.slice(theyHeard)))).toEqual(new Set([0, 700]));
    expect(new Set(loudness(call.line.sent.slice(callerHeard)))).toEqual(new Set([0, 300]));
    expect(theirs.sent.slice(theyHeard).reduce((sum, { length }) => sum + length, 0)).toBe((1_000 + 60) * 8);
    expect(command({ type: 'say', text: 'No.' })).toEqual({ refused: 'leaving' });

    theirs.close();
    await call.pass(20);
    expect([call.line.hungUp, call.endReason]).toEqual([true, 'transferred']);
    expect(call.events.map(({ type }) => type).filter((type) => type.startsWith('person.'))).toEqual(['person.called', 'person.answered', 'person.joined']); // prettier-ignore
    expect(replay(call.log).divergence).toBeNull();
    expect(call.bugs).toEqual([]);
  });

  it('is heard at the other rate, and hung up when the caller goes', async () => {
    await begin(16_000);
    command(WARM);
    await pickUp();
    const before = theirs.sent.length;
    theirs.press('1');
    await call.pass(20);
    for (let n = 0; n < 25; n += 1) {
      call.line.say(700);
      await call.clock.advance(20);
    }
    const samples = theirs.sent.slice(before).reduce((sum, { length }) => sum + length, 0);
    expect(samples).toBe((500 + 20 + 60) * 16);
    call.line.close();
    await call.clock.advance(20);
    expect([theirs.hungUp, call.endReason, call.record.endReason]).toEqual([true, 'transferred', 'transferred']);
  });

  it.each([
    ['says no', 'declined', () => call.personsRecogniser.settle('No, not now.')],
    ['presses two', 'declined', () => theirs.press('2')],
    ['hangs up', 'declined', () => theirs.close()],
    ['is cut off', 'failed', () => theirs.close('lost')],
    ['is a machine', 'machine', () => call.personsRecogniser.settle('Please leave a message after the tone.')],
  ])('who %s leaves the caller with the agent, which goes on', async (_how, why, act) => {
    command(WARM);
    await pickUp();
    act();
    await call.pass(100);
    await call.hearOut();
    expect([missed(), theirs.hungUp || why === 'declined']).toEqual([[why], true]);
    expect(call.transcript.at(-1)).toBe(
      'agent: I am sorry, nobody can take your call right now. I am still here for you.',
    );
    await call.say('Never mind, where is it?');
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: I will put you through.');
    expect(JSON.stringify(call.told)).toContain(`could not take the call over (${why})`);
    expect(replay(call.log).divergence).toBeNull();
  });

  it.each(['busy', 'no-answer', 'failed'] as const)('who is not reached (%s) leaves the caller with the agent', async (why) => {
    command({ ...WARM, text: 'One moment, I will try.' });
    await call.hearOut();
    await call.pass(500);
    answer({ missed: why });
    await call.hearOut();
    expect([missed(), call.transcript.length]).toEqual([[why], 3]);
    expect(call.line.hungUp).toBe(false);
  }); // prettier-ignore

  it('is asked twice, and then left alone', async () => {
    command(WARM);
    await pickUp();
    await call.pass(12_000);
    expect(told().filter((text) => text === QUESTION)).toHaveLength(2);
    await call.pass(15_000);
    expect([missed(), theirs.hungUp]).toEqual([['no-answer'], true]);
  });

  it('is not wanted any more when the caller is taken off hold, or goes', async () => {
    command(WARM);
    await call.pass(500);
    command({ type: 'resume', text: 'Here I am.' });
    expect([missed(), asked[0]?.signal.aborted]).toEqual([['cancelled'], true]);
    answer({ legId: LEG, line: theirs });
    await call.pass(100);
    expect([theirs.hungUp, told()]).toEqual([true, ['Here I am.']]);
    await call.hearOut();
    command(WARM);
    await call.pass(100);
    call.line.close();
    await call.pass(20);
    expect([missed(), asked[1]?.signal.aborted, call.endReason]).toEqual([['cancelled', 'cancelled'], true, 'caller-hung-up']); // prettier-ignore
  });

  it('is called by the agent itself, if its settings say so, with what the agent tells of the call', async () => {
    await begin(8_000, { ...someSettings(), transfers: 'warm' });
    await call.say('Get me a person.');
    await call.hearOut();
    await call.pass(100);
    expect(asked).toMatchObject([{ to: TO }]);
    expect(call.line.transferredTo).toEqual([]);
    await pickUp();
    expect(told()).toContain('A lost parcel.');
  });
});
