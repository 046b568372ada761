import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError } from '../ports/index.js';
import { RehearsedCall } from '../testing/rehearsed-call.js';
import { ScriptedSpeechToText } from '../testing/scripted-speech-to-text.js';
import { type ScriptedSpeech, ScriptedSpeechToSpeech, type ToldSpeech } from '../testing/scripted-speech-to-speech.js';

let speech: ScriptedSpeechToSpeech;
let call: RehearsedCall;
afterEach(() => {
  if (call.bugs.length > 0) throw call.bugs[0];
});

let lookUpMs = 0;
let recogniser: ScriptedSpeechToText;
beforeEach(() => {
  lookUpMs = 0;
  recogniser = new ScriptedSpeechToText();
});

async function begin(...replies: ScriptedSpeech[]): Promise<void> {
  call = await RehearsedCall.begin({
    script: () => '',
    recogniser,
    functions: [{ name: 'look_up', afterMs: lookUpMs, results: [{ ok: true, resultJson: '{"found":"Tuesday"}' }] }],
    speechFor: (clock) => (speech = new ScriptedSpeechToSpeech(clock, replies)),
  });
  await call.hearOut();
}

const told = (session = 0): ToldSpeech[] => speech.sessions[session]?.told ?? [];
const COUNTING =
  'One two three four five, six seven eight nine ten. And then eleven, twelve, thirteen, fourteen, fifteen, sixteen.';
const instantOf = (type: string): number => call.log.findLast(({ input }) => input.type === type)?.atMs ?? NaN;
const kinds = (session = 0) => told(session).map(({ type }) => type);
const added = (session = 0) => told(session).flatMap((entry) => (entry.type === 'add' ? [entry.message] : []));

describe('a call with a model that speaks itself', () => {
  it('hears the caller’s sound, and is told what was said without it', async () => {
    await begin({ text: 'We open at nine. And close at five.' });
    await call.say('when do you open');
    await call.hearOut();
    expect(kinds()).toEqual(['forget', 'add', 'turn', 'reply'].slice(kinds()[0] === 'forget' ? 0 : 1));
    expect(added()).toEqual([{ role: 'agent', text: 'Hello, this is Ada, an AI.' }]);
    expect(call.transcript).toEqual([
      'agent: Hello, this is Ada, an AI.',
      'caller: when do you open',
      'agent: We open at nine. And close at five.',
    ]);
  });

  it('speaks the sound of the model, and has nothing read that it says itself', async () => {
    await begin({ text: 'We open at nine. And close at five.' });
    await call.say('when do you open');
    await call.hearOut();
    expect(speech.sessions[0]?.texts).toEqual([]);
  });

  it('runs the functions that it asks for, and goes on with what came of them', async () => {
    const look = { id: 'one', name: 'look_up', argumentsJson: '{}' };
    await begin({ text: 'One moment.', calls: [look] }, { text: 'It is Tuesday.' });
    await call.say('which day is it');
    await call.hearOut();
    expect(added().slice(1)).toMatchObject([{ role: 'function', id: 'one' }]);
    expect(call.transcript.at(-1)).toBe('agent: One moment. It is Tuesday.');
  });

  it('makes the model forget what the caller did not hear', async () => {
    await begin({ text: 'One two three four five six seven eight nine ten eleven twelve.' }, { text: 'Yes.' });
    await call.say('count for me');
    await call.pass(1_000);
    await call.say('stop that now please');
    await call.hearOut();
    const cut = told().find(({ type }) => type === 'truncate');
    const heard = call.record.segments.find(({ interrupted }) => interrupted)?.heard ?? '';
    expect(heard.split(' ').length).toBeGreaterThan(2);
    expect(cut).toMatchObject({ type: 'truncate' });
    const heardMs = cut?.type === 'truncate' ? cut.heardMs : 0;
    expect(Math.abs(heardMs - heard.split(' ').length * 100)).toBeLessThanOrEqual(150);
    expect(kinds().slice(-3)).toEqual(['truncate', 'turn', 'reply']);
  });

  it.each([
    ['while it is still speaking', 90],
    ['when all of it came long ago', 0],
  ])('makes it forget at once what was not played, %s', async (_, everyMs) => {
    await begin({ text: COUNTING, everyMs }, { text: 'Yes.' });
    await call.say('count for me');
    await call.pass(1_500);
    await call.pass(200, true);
    call.recogniser.change('stop that');
    await call.pass(20, true);
    const [audibleMs, stoppedMs] = [instantOf('reply-audible'), instantOf('reply-stopped')];
    const [cut, ...more] = told().filter((entry) => entry.type === 'truncate');
    expect(kinds().at(-1)).toBe('truncate');
    expect(more).toEqual([]);
    expect(Math.abs((cut?.heardMs ?? 0) - (stoppedMs - audibleMs))).toBeLessThanOrEqual(20);
    call.recogniser.settle('stop that now');
    await call.hearOut();
    expect(kinds().filter((kind) => kind === 'truncate')).toHaveLength(1); // and it is not cut by a guess afterwards
  });

  it('does not have a reply forgotten of which only silence was to come', async () => {
    await begin({ text: 'One two three four.' }, { text: 'Yes.' });
    await call.say('count for me');
    await call.hearOut();
    await call.say('thank you then');
    await call.hearOut();
    expect(kinds()).not.toContain('truncate');
  });

  it('knows its own reply behind the words that filled the time until it came', async () => {
    const look = { id: 'one', name: 'look_up', argumentsJson: '{}' };
    lookUpMs = 3_500;
    await begin({ calls: [look] }, { text: 'It is Tuesday of next week at nine.' }, { text: 'Yes.' });
    await call.say('which day is it');
    await call.hearOut();
    await call.say('thank you then');
    await call.hearOut();
    expect(call.transcript[2]).toBe('agent: One moment, please. It is Tuesday of next week at nine.');
    expect(kinds()).not.toContain('drop');
    expect(kinds()).not.toContain('truncate');
  });

  it('is told what was said in its name while a function ran, before what it asked for', async () => {
    const look = { id: 'one', name: 'look_up', argumentsJson: '{}' };
    lookUpMs = 3_500;
    await begin({ calls: [look] }, { text: 'It is Tuesday.' });
    await call.say('which day is it');
    await call.hearOut();
    const turn = told().find(({ type }) => type === 'turn');
    const [, filler, result] = told().filter(({ type }) => type === 'add');
    expect(filler).toMatchObject({ message: { role: 'agent', text: 'One moment, please.' }, behind: turn && 'item' in turn && turn.item }); // prettier-ignore
    expect(result).toMatchObject({ message: { role: 'function', id: 'one' } });
  });

  it('is told what was said in its name until its own words came, and where', async () => {
    const slow: ScriptedSpeech = { text: 'It is Tuesday of next week at nine.', firstMs: 2_600 };
    await begin(slow, { text: 'Yes.' }, { text: 'Bye.' });
    await call.say('which day is it');
    await call.hearOut();
    await call.say('thank you then');
    await call.hearOut();
    await call.say('goodbye then');
    await call.hearOut();
    expect(call.transcript[2]).toBe('agent: One moment, please. It is Tuesday of next week at nine.');
    const turn = told().find(({ type }) => type === 'turn');
    const added = told().filter((entry) => entry.type === 'add' && entry.message.role === 'agent');
    expect(added.slice(1)).toMatchObject([
      { message: { text: 'One moment, please.' }, behind: turn && 'item' in turn && turn.item },
    ]);
  });

  it('is told no more of it than the caller heard', async () => {
    const look = { id: 'one', name: 'look_up', argumentsJson: '{}' };
    lookUpMs = 2_300;
    await begin({ calls: [look] }, { text: 'Which one?', firstMs: 3_000 }, { text: 'Yes.' });
    await call.say('which day is it');
    await call.pass(2_200);
    await call.pass(400, true);
    call.recogniser.change('never mind');
    await call.pass(200);
    call.recogniser.settle('never mind');
    await call.hearOut();
    const heard = call.transcript[2]?.replace('agent: ', '');
    expect(heard).toMatch(/^One( \w+)?,?—$/);
    const fillers = told().filter((entry) => entry.type === 'add' && entry.behind !== undefined);
    expect(fillers).toMatchObject([{ message: { text: 'One moment, please.' } }, { message: { text: heard } }]);
    expect(told()).toContainEqual({ type: 'drop', item: fillers[0] && 'item' in fillers[0] && fillers[0].item });
  });

  it('takes out a reply that was begun on a guess and never heard, and keeps the caller’s sound', async () => {
    await begin({ text: 'Too early, since you go on.' }, { text: 'For two people then.' });
    await call.pass(500, true);
    call.recogniser.settle('I want a table.');
    await call.pass(260);
    await call.pass(600, true);
    call.recogniser.settle('For two.');
    await call.hearOut();
    expect(call.transcript.slice(1)).toEqual(['caller: I want a table. For two.', 'agent: For two people then.']);
    expect(kinds().filter((kind) => kind !== 'forget')).toEqual(['add', 'turn', 'reply', 'turn', 'drop', 'reply']);
  });

  it('goes on in another session with the same history when one is lost', async () => {
    await begin({ text: 'First.' }, { text: 'Lost in the', error: new ProviderError('scripted/speech', 'unreachable') }, { text: 'Second.' }); // prettier-ignore
    await call.say('one please');
    await call.hearOut();
    await call.say('two please');
    await call.hearOut();
    expect(speech.sessions).toHaveLength(2);
    expect(added(1).map((message) => [message.role, 'text' in message ? message.text : ''])).toEqual(
      expect.arrayContaining([
        ['agent', 'Hello, this is Ada, an AI.'],
        ['caller', 'one please'],
        ['agent', 'First.'],
      ]),
    );
  });

  it('is told in words what the session that was lost had heard the beginning of', async () => {
    await begin({ text: 'At five.' });
    await call.pass(3_000, true);
    const [lost] = speech.sessions;
    if (lost) lost.over = true;
    call.recogniser.settle('when do you close on the day before a holiday');
    await call.hearOut();

    expect(added(1)).toEqual([
      { role: 'agent', text: 'Hello, this is Ada, an AI.' },
      { role: 'caller', text: 'when do you close on the day before a holiday' },
    ]);
    expect(kinds(1)).toEqual(['forget', 'add', 'add', 'reply']);
    expect(call.transcript.at(-1)).toBe('agent: At five.');
  });

  it('is not given a long silence to hear', async () => {
    await begin({ text: 'Yes.' });
    await call.pass(6_000);
    const before = speech.sessions[0]?.pushed.length ?? 0;
    await call.say('are you there');
    await call.hearOut();
    expect(before).toBeLessThanOrEqual(6 * 8_000);
    const turn = told().find(({ type }) => type === 'turn');
    expect(turn?.type === 'turn' ? turn.samples : 0).toBeLessThan(6 * 8_000);
    expect(kinds()).toContain('forget');
  });

  it.each([4, 8, 30])(
    'hears all of %d seconds beside a recogniser that knows words only at their end',
    async (seconds) => {
      const capabilities = { wordTimes: false, endpoints: false, wholeUtterances: true, settlesWithinMs: 5_000 };
      recogniser = new ScriptedSpeechToText({ capabilities });
      await begin({ text: 'That is a long story.' });
      await call.pass(seconds * 1_000, true);
      await call.pass(4_800);
      call.recogniser.settle('it began in March and has not ended');
      await call.hearOut();
      const turn = told().find(({ type }) => type === 'turn');
      expect(turn?.type === 'turn' ? turn.samples : 0).toBeGreaterThanOrEqual(seconds * 8_000);
      expect(call.transcript.slice(-2)).toEqual([
        'caller: it began in March and has not ended',
        'agent: One moment, please. That is a long story.',
      ]);
    },
  );

  it('recovers like any other agent', async () => {
    const failed: ScriptedSpeech = { error: new ProviderError('scripted/speech', 'refused') };
    await begin(failed, failed, failed, failed, failed, failed);
    await call.say('hello there');
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: Sorry, something went wrong here.');
  });

  it('is not heard with words beside its sound when it breaks off', async () => {
    await begin({ text: 'All is' }, { text: 'well.' });
    await call.say('is all well');
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: All is');
  });
});
