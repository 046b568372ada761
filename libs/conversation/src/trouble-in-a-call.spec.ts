import { describe, expect, it } from '@jest/globals';
import { replay } from './log/replay.js';
import { ProviderError } from './ports/index.js';
import { RehearsedCall, someSettings } from './testing/index.js';

const refused = new ProviderError('scripted/model', 'refused');
const unreachable = new ProviderError('scripted/model', 'unreachable');

describe('trouble in a call', () => {
  it('asks the model once more when it breaks before a word, and nobody notices', async () => {
    const rehearsed = await RehearsedCall.begin({
      script: [{ afterMs: 100, error: unreachable }, { text: 'Here I am.' }],
    });
    await rehearsed.hearOut();
    await rehearsed.say('Hello?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: Here I am.');
  });

  it('says that something went wrong, once, and apologises and ends the second time', async () => {
    const rehearsed = await RehearsedCall.begin({ script: () => ({ error: refused }) });
    await rehearsed.hearOut();
    await rehearsed.say('Where is it?');
    await rehearsed.hearOut();
    await rehearsed.say('Where is my order?');
    await rehearsed.pass(4_000);
    expect(rehearsed.transcript.slice(1)).toEqual([
      'caller: Where is it?',
      'agent: Sorry, something went wrong here.',
      'caller: Where is my order?',
      'agent: I am sorry, I cannot go on.',
    ]);
    expect(rehearsed.endReason).toBe('provider-lost');
  });

  it('lets nobody wait in silence for a model that hangs', async () => {
    const rehearsed = await RehearsedCall.begin({ script: () => ({ afterMs: Infinity, text: '' }) });
    await rehearsed.hearOut();
    await rehearsed.say('Hello?');
    const saidMs = (rehearsed.log.at(-1)?.atMs ?? 0) - 200;
    await rehearsed.hearOut();
    const filler = rehearsed.log.find(({ input, atMs }) => input.type === 'reply-audible' && atMs > saidMs);
    expect((filler?.atMs ?? Infinity) - saidMs).toBeLessThan(2_600);
    await rehearsed.pass(12_000);
    expect(rehearsed.transcript.join('|')).toContain('One moment, please.');
    expect(rehearsed.transcript.join('|')).toContain('Sorry, something went wrong here.');
  });

  it('has a sentence made again when the voice breaks', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['It is ten past four.'] });
    await rehearsed.hearOut();
    rehearsed.voice.failAt(1);
    await rehearsed.say('What time is it?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: It is ten past four.');
  });

  it('has a word for a caller who waits for the voice, and says the sentence all the same', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['It is ten past four.'] });
    await rehearsed.hearOut();
    rehearsed.voice.failAt(1, new ProviderError('scripted/voice', 'timed-out'), 0, 4_000);
    await rehearsed.say('What time is it?');
    await rehearsed.pass(8_000);
    expect(rehearsed.transcript.at(-1)).toBe('agent: One moment, please. It is ten past four.');
    expect(replay(rehearsed.log).divergence).toBeNull();
  });

  it('recovers from cached phrases when the voice is lost', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['It is ten past four.'] });
    await rehearsed.hearOut();
    rehearsed.voice.failAt(1, new ProviderError('scripted/voice', 'refused'));
    await rehearsed.say('What time is it?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: Sorry, something went wrong here.');
  });

  it('opens another recogniser when one is lost', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['Yes.'] });
    await rehearsed.hearOut();
    rehearsed.recogniser.fail();
    await rehearsed.pass(500);
    expect(rehearsed.recogniser.sessions).toHaveLength(2);
    await rehearsed.say('Can you hear me?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: Yes.');
  });

  it('apologises and ends when no recogniser can be opened', async () => {
    const rehearsed = await RehearsedCall.begin({ script: [] });
    await rehearsed.hearOut();
    for (let n = 0; n < 6; n += 1) rehearsed.recogniser.refuseNext();
    rehearsed.recogniser.fail();
    await rehearsed.pass(8_000);
    expect(rehearsed.transcript.at(-1)).toBe('agent: I am sorry, I cannot go on.');
    expect(rehearsed.endReason).toBe('provider-lost');
  });

  it('asks to say it again when a voice was heard and no words came', async () => {
    const rehearsed = await RehearsedCall.begin({ script: [] });
    await rehearsed.hearOut();
    await rehearsed.pass(1_500, true);
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: Could you say that again?');
  });

  it('asks to say it again when the model answers nothing', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['', 'Yes?'] });
    await rehearsed.hearOut();
    await rehearsed.say('Hello?');
    await rehearsed.hearOut();
    await rehearsed.say('Anyone there?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.slice(1)).toEqual([
      'caller: Hello?',
      'agent: Could you say that again?',
      'caller: Anyone there?',
      'agent: Yes?',
    ]);
  });

  it('takes a guess of the recogniser for the words when it settles none in time', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['At ten.'] });
    await rehearsed.hearOut();
    await rehearsed.pass(400, true);
    rehearsed.recogniser.change('when does it open');
    await rehearsed.pass(400, true);
    await rehearsed.pass(1_200);
    rehearsed.recogniser.settle('when does it open?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.slice(1)).toEqual(['caller: when does it open', 'agent: At ten.']);
    expect(rehearsed.model.requests).toHaveLength(1);
  });

  it('tells what was heard when the caller hangs up in the middle', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['One two three four five six seven eight.'] });
    await rehearsed.hearOut();
    await rehearsed.say('Count, please.');
    await rehearsed.pass(1_500);
    rehearsed.line.close();
    await rehearsed.clock.advance(0);
    expect(rehearsed.record.segments.at(-1)).toMatchObject({ heard: 'One two three four five—', interrupted: true });
    expect(rehearsed.record.endReason).toBe('caller-hung-up');
    expect(rehearsed.events.at(-1)).toMatchObject({ type: 'call.ended' });
    expect(replay(rehearsed.log).divergence).toBeNull();
    expect(rehearsed.clock.waiting).toBe(0);
  });

  it('keeps what was said so far when the log breaks off', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['One two. Three four. Five six.'] });
    await rehearsed.hearOut();
    await rehearsed.say('Count, please.');
    await rehearsed.pass(1_000);
    expect(rehearsed.record).toMatchObject({ endReason: null });
    expect(rehearsed.record.segments.at(-1)).toMatchObject({
      said: 'One two. Three four. Five six.',
      heard: 'One two.',
    });
  });

  it('lets keys take the floor, and takes # for the end', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['Order forty-two.'] });
    await rehearsed.pass(500);
    for (const key of ['4', '2', '#']) rehearsed.line.press(key);
    await rehearsed.hearOut();
    expect(rehearsed.line.clearedTimes).toBe(1);
    expect(rehearsed.transcript.slice(1)).toEqual(['caller: 4 2 #', 'agent: Order forty-two.']);
  });

  it('obeys an operator who hangs up, in the middle of a word', async () => {
    const rehearsed = await RehearsedCall.begin({ script: [] });
    await rehearsed.pass(500);
    rehearsed.conversation.command({ type: 'hang-up' }, 'desk');
    await rehearsed.clock.advance(0);
    expect(rehearsed.line.hungUp).toBe(true);
    expect(rehearsed.endReason).toBe('operator-hung-up');
    expect(rehearsed.transcript).toEqual(['agent: Hello, this—']);
  });

  it('has exactly one obligation open, all the time', async () => {
    const rehearsed = await RehearsedCall.begin({
      script: [{ afterMs: 300, text: 'Yes. And no.' }],
      settings: someSettings({ speculates: false }),
    });
    await rehearsed.hearOut();
    await rehearsed.say('Is it so?');
    await rehearsed.hearOut();
    await rehearsed.pass(9_000);
    const open = rehearsed.log
      .flatMap(({ effects }) => effects)
      .filter((effect) => effect.type === 'set-timer' && effect.timer === 'obligation');
    expect(open.length).toBeGreaterThan(5);
    expect(rehearsed.events).toContainEqual({ type: 'obligation.missed', owner: 'caller', step: 'speak' });
  });

  it('notes everything down before it is done', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['Yes.'] });
    const { line, lines } = rehearsed;
    const noted: boolean[] = [];
    const hangUp = line.hangUp.bind(line);
    line.hangUp = () => {
      noted.push(lines.at(-1)?.includes('"type":"hang-up"') ?? false);
      hangUp();
    };
    rehearsed.conversation.command({ type: 'hang-up' }, 'desk');
    await rehearsed.clock.advance(0);
    expect(noted).toEqual([true]);
    expect(rehearsed.log.map(({ input }) => input.type)).toContain('line-closed');
    expect(rehearsed.clock.waiting).toBe(0); // lived after the step, not in its middle
  });

  it('ends its call and no other for a bug, and leaves nothing behind', async () => {
    const rehearsed = await RehearsedCall.begin({ script: () => ({ error: new TypeError('a bug') }) });
    await rehearsed.hearOut();
    await rehearsed.say('Hello?');
    await rehearsed.pass(1_000);
    expect(rehearsed.bugs).toEqual([new TypeError('a bug')]);
    expect(rehearsed.endReason).toBe('failed');
    expect(rehearsed.line.hungUp).toBe(true);
    expect(rehearsed.record).toMatchObject({ endReason: 'failed', durationMs: rehearsed.log.at(-1)?.atMs });
    expect(rehearsed.events.at(-1)).toMatchObject({ type: 'call.ended', reason: 'failed' });
    expect(rehearsed.transcript.at(-1)).toBe('caller: Hello?');
    expect(replay(rehearsed.log).divergence).toBeNull();
    const { length } = rehearsed.lines;
    rehearsed.conversation.command({ type: 'hang-up' }, 'desk');
    expect(rehearsed.lines).toHaveLength(length);
    expect(rehearsed.clock.waiting).toBe(0);
  });

  it.each([
    ['takes no more sound', 'send'],
    ['cannot even be silenced', 'clear'],
  ] as const)('ends at once, with what was heard, when a bug in its line %s', async (_name, broken) => {
    const rehearsed = await RehearsedCall.begin({ script: ['One two three. Four five six seven eight nine ten.'] });
    await rehearsed.hearOut();
    await rehearsed.say('Count, please.');
    await rehearsed.pass(2_000);
    const break_ = () => {
      throw new TypeError('a bug');
    };
    rehearsed.line.send = break_;
    if (broken === 'clear') rehearsed.line.clear = break_;
    await rehearsed.pass(200);
    expect(rehearsed.bugs).toEqual([new TypeError('a bug')]);
    expect(rehearsed.endReason).toBe('failed');
    expect(rehearsed.line.hungUp).toBe(true);
    expect(rehearsed.record.endReason).toBe('failed');
    expect(rehearsed.transcript.at(-1)).toMatch(/^agent: One two three\..*—$/);
    expect(replay(rehearsed.log).divergence).toBeNull();
    expect(rehearsed.clock.waiting).toBe(0);
  });

  it('waits for a timer that the system fires too early', async () => {
    const rehearsed = await RehearsedCall.begin({ script: [] });
    const { clock } = rehearsed;
    const after = clock.after.bind(clock);
    clock.after = (delayMs, task) => after(delayMs > 1 ? delayMs - 0.7 : delayMs, task);
    await rehearsed.hearOut();
    await rehearsed.pass(12_000);
    expect(rehearsed.transcript.at(-1)).toBe('agent: Are you still there?');
  });

  it('does not play what is made after the call, and has no more of it made', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['One two three. Four five six. Seven eight nine.'] });
    await rehearsed.hearOut();
    await rehearsed.say('Count, please.');
    await rehearsed.pass(700);
    const sentMs = rehearsed.line.sentMs;
    rehearsed.line.close();
    await rehearsed.clock.advance(5_000);
    expect(rehearsed.line.sentMs).toBe(sentMs);
  });

  it('stops the voice in the middle of a sentence that nobody will hear', async () => {
    const rehearsed = await RehearsedCall.begin({ script: [{ text: 'One two three. Four five six.' }, 'Yes?'] });
    await rehearsed.hearOut();
    rehearsed.voice.hangAt(2);
    await rehearsed.say('Count, please.');
    await rehearsed.pass(600);
    await rehearsed.say('No, stop.');
    await rehearsed.hearOut();
    expect(rehearsed.voice.pieces[1]).toMatchObject({ state: 'aborted' });
  });

  it('goes on in the middle of a sentence that the voice broke off', async () => {
    const rehearsed = await RehearsedCall.begin({ script: ['… It is ten.'] });
    rehearsed.voice.failAt(1, new ProviderError('scripted/voice', 'unreachable'), 300);
    await rehearsed.hearOut();
    await rehearsed.say('What time is it?');
    await rehearsed.hearOut();
    const [first, second] = rehearsed.voice.pieces;
    expect(first).toMatchObject({ state: 'failed' });
    expect(second?.text).toBe(first?.text);
    expect(rehearsed.transcript.at(-1)).toContain('It is ten.');
  });
});
