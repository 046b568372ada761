import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { replay, withSetting } from './log/replay.js';
import { RehearsedCall, someSettings } from './testing/index.js';
import { ScriptedSpeechToText } from './testing/scripted-speech-to-text.js';

const LONG = 'First we will look at your order. Then we will see where it is. After that I will call you back.';

describe('a conversation', () => {
  it('begins with the greeting, at once, from the cache', async () => {
    const call = await RehearsedCall.begin({ script: [] });
    expect(call.line.sent[0]).toHaveLength(160);
    await call.hearOut();
    expect(call.transcript).toEqual(['agent: Hello, this is Ada, an AI.']);
    expect(call.voice.pieces).toEqual([]);
  });

  it('answers what the caller said', async () => {
    const call = await RehearsedCall.begin({
      script: [{ afterMs: 300, text: 'It is on its way. It comes tomorrow.' }],
    });
    await call.hearOut();
    await call.say('Where is my order?');
    await call.hearOut();
    expect(call.transcript.slice(1)).toEqual([
      'caller: Where is my order?',
      'agent: It is on its way. It comes tomorrow.',
    ]);
    expect(call.told).toEqual([
      { role: 'agent', text: 'Hello, this is Ada, an AI.' },
      { role: 'caller', text: 'Where is my order?' },
    ]);
  });

  it('is cut off by the caller within the time for it, and remembers only what was heard', async () => {
    const call = await RehearsedCall.begin({ script: [LONG, 'Four it is.'] });
    await call.hearOut();
    await call.say('Where is my order?');
    await call.pass(2_500);
    const sentBefore = call.line.sentMs;
    await call.say('No stop, number four!', 1_200);
    await call.hearOut();
    expect(call.line.sentMs - sentBefore).toBeLessThan(2_000);
    expect(call.line.clearedTimes).toBe(1);
    const cutOff = call.events.find((event) => event.type === 'agent.spoke' && event.interrupted);
    expect(cutOff).toMatchObject({ text: LONG, heard: 'First we will look at your order. Then we—' });
    expect(call.told.slice(-2)).toEqual([
      { role: 'agent', text: 'First we will look at your order. Then we—' },
      { role: 'caller', text: 'No stop, number four!' },
    ]);
  });

  it('goes on through a backchannel', async () => {
    const call = await RehearsedCall.begin({ script: [LONG] });
    await call.hearOut();
    await call.say('Where is my order?');
    await call.pass(2_500);
    await call.say('Mm-hm.', 260);
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe(`agent: ${LONG}`);
    expect(call.line.clearedTimes).toBe(0);
    expect(call.events).toContainEqual(expect.objectContaining({ type: 'overlap.decided', verdict: 'carry-on' }));
  });

  it('does not let the first guess of a recogniser decide: "he" becomes "yeah", and the agent goes on', async () => {
    const call = await RehearsedCall.begin({ script: [LONG] });
    await call.hearOut();
    await call.say('Where is my order?');
    await call.pass(2_500);
    await call.pass(200, true);
    call.recogniser.change('he');
    await call.pass(180, true);
    call.recogniser.change('yeah');
    await call.pass(200);
    call.recogniser.settle('Yeah.');
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe(`agent: ${LONG}`);
  });

  it('goes on from the same place when it yielded to a voice that said nothing', async () => {
    const call = await RehearsedCall.begin({ script: [LONG] });
    await call.hearOut();
    await call.say('Where is my order?');
    await call.pass(2_500);
    await call.pass(700, true);
    await call.hearOut();
    expect(call.line.clearedTimes).toBe(1);
    expect(call.events).toContainEqual(expect.objectContaining({ type: 'overlap.decided', verdict: 'resume' }));
    expect(call.transcript.at(-1)).toBe(`agent: ${LONG}`);
  });

  it('does not go on before a recogniser without guesses has said what the voice was', async () => {
    const capabilities = { wordTimes: false, endpoints: false, wholeUtterances: true, settlesWithinMs: 5_000 };
    const recogniser = new ScriptedSpeechToText({ capabilities });
    const call = await RehearsedCall.begin({ script: [LONG, 'It is on its way.'], recogniser });
    await call.hearOut();
    await call.pass(1_000, true);
    await call.pass(300);
    recogniser.settle('Where is my order?');
    await call.pass(2_500);
    await call.pass(1_000, true);
    await call.pass(1_500);
    recogniser.settle('No stop, number four!');
    await call.hearOut(); // what was heard of the first answer is told
    await call.hearOut();
    expect(call.events).not.toContainEqual(expect.objectContaining({ verdict: 'resume' }));
    expect(call.transcript.slice(-2)).toEqual(['caller: No stop, number four!', 'agent: It is on its way.']);
  });

  it('waits while the words ask for more, and takes both halves for one turn', async () => {
    const call = await RehearsedCall.begin({ script: ['Noted.'] });
    await call.hearOut();
    await call.say('I would like to');
    await call.pass(600);
    await call.say('book a table.');
    await call.hearOut();
    expect(call.transcript).toContain('caller: I would like to book a table.');
    expect(call.model.requests).toHaveLength(1);
  });

  it('begins to think on guessed words, and answers them once they are settled', async () => {
    const call = await RehearsedCall.begin({ script: ['On its way.', 'It is lost.'] });
    await call.hearOut();
    await call.pass(400, true);
    call.recogniser.change('where is it');
    await call.pass(220);
    expect(call.model.requests).toHaveLength(1);
    call.recogniser.settle('Where is it?');
    await call.hearOut();
    expect(call.transcript.slice(1)).toEqual(['caller: Where is it?', 'agent: On its way.']);
    expect(call.model.requests).toHaveLength(1);
  });

  it('drops a guess when the caller goes on', async () => {
    const call = await RehearsedCall.begin({
      script: [
        { afterMs: 400, text: 'Which?' },
        { afterMs: 50, text: 'That one.' },
      ],
    });
    await call.hearOut();
    await call.say('I want a table.');
    await call.pass(40);
    await call.say('For four people.');
    await call.hearOut();
    expect(call.transcript.slice(1)).toEqual(['caller: I want a table. For four people.', 'agent: That one.']);
  });

  it('asks twice after silence, then says goodbye and hangs up', async () => {
    const call = await RehearsedCall.begin({ script: [] });
    await call.pass(40_000);
    expect(call.transcript.slice(1)).toEqual(['agent: Are you still there?', 'agent: Hello?', 'agent: Goodbye.']);
    expect(call.line.hungUp).toBe(true);
    expect(call.endReason).toBe('caller-silent');
  });

  it('says that the time is up and ends', async () => {
    const call = await RehearsedCall.begin({ script: [], settings: someSettings({}, { maxCallMs: 5_000 }) });
    await call.pass(12_000);
    expect(call.transcript.at(-1)).toBe('agent: I have to end the call now.');
    expect(call.endReason).toBe('time-limit');
  });

  it('lives ten minutes in less than a second of ours, and ends when the caller hangs up', async () => {
    const call = await RehearsedCall.begin({
      script: () => ({ afterMs: 400, text: 'Yes, I see. Go on, please, I am listening.' }),
    });
    const beganMs = systemClock.nowMs();
    while (call.clock.nowMs() < 600_000) {
      await call.hearOut();
      await call.say('And then there was this other thing I wanted.');
    }
    call.line.close();
    await call.clock.advance(0);
    expect(call.endReason).toBe('caller-hung-up');
    expect(call.record.segments.length).toBeGreaterThan(100);
    expect(systemClock.nowMs() - beganMs).toBeLessThan(5_000);
    expect(call.clock.waiting).toBe(0);
  });

  it('can be lived again from its log, byte for byte, and shows where another setting leads elsewhere', async () => {
    const call = await RehearsedCall.begin({ script: [LONG, 'Four it is.'] });
    await call.hearOut();
    await call.say('Where is my order');
    await call.pass(2_500);
    await call.say('Number four!', 900);
    await call.hearOut();
    expect(replay(call.log)).toMatchObject({ divergence: null });
    const elsewhere = replay(withSetting(call.log, 'turns.pauseMs', '900'));
    expect(elsewhere.divergence).toMatchObject({ input: 'voice-stopped' });
  });
});
