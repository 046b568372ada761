import { describe, expect, it } from '@jest/globals';
import type { Input } from '../log/input.js';
import type { FunctionDefinition } from '../ports/index.js';
import { RehearsedCall, someSettings } from '../testing/rehearsed-call.js';
import { SteppedCall } from '../testing/stepped-call.js';
import { readLog, writeEntry } from '../log/entry.js';
import { replay } from '../log/replay.js';
import { messagesFor } from './history.js';

type Thought = Extract<Input, { type: 'reply-thought' }>;

const LOOK_UP: FunctionDefinition = {
  name: 'look_up',
  description: '',
  parameters: {},
  effect: 'reads',
  timeoutMs: 3_000,
};
const PARTS = { model: 'scripted/model', json: '{"signature":"c2lnbmVk"}' };

/** The caller's turn is over; the model is asked. */
function asked(): SteppedCall {
  const call = SteppedCall.greeted({ functions: [LOOK_UP] });
  call.say('Where is my order?');
  call.endTurn();
  return call;
}
const spokenAfterGreeting = (call: SteppedCall) => call.done('speak').slice(1).map(({ text }) => text); // prettier-ignore

describe('an answer that was stopped', () => {
  it.each<[string, Pick<Thought, 'reason' | 'cutOff'>, said: string[], spoken: string[]]>([
    ['refused without a word', { reason: 'refused' }, [], ['I cannot help with that.']],
    [
      'refused in the middle of its first sentence',
      { reason: 'refused', cutOff: true },
      [],
      ['I cannot help with that.'],
    ],
    ['refused after a sentence', { reason: 'refused', cutOff: true }, ['Sure.'], ['Sure.', 'I cannot help with that.']],
    ['a refusal in words', { reason: 'refused' }, ['I may not say.'], ['I may not say.']],
    ['too long before anything was whole', { reason: 'length', cutOff: true }, [], ['Could you say that again?']],
    ['too long after a sentence', { reason: 'length', cutOff: true }, ['There are ten.'], ['There are ten.']],
    ['empty', { reason: 'stop' }, [], ['Could you say that again?']],
  ])('%s is answered for aloud', (_what, thought, said, spoken) => {
    const call = asked();
    const { epoch } = call;
    for (const text of said) call.give({ type: 'sentence-ready', epoch, text });
    call.give({ type: 'reply-thought', epoch, ...thought });
    expect(spokenAfterGreeting(call)).toEqual(spoken);
    call.hearOut();
    expect(call.call.messages.at(-1)).toMatchObject({ role: 'agent', text: spoken.join(' ') });
    expect(call.call.obligation).toMatchObject({ owner: 'caller', step: 'speak' });
  });

  it.each<[Thought['reason'], string]>([
    ['refused', 'I cannot help with that.'],
    ['length', 'Could you say that again?'],
  ])('%s after a function is answered for, though words came before it', (reason, spoken) => {
    const call = asked();
    const { epoch } = call;
    call.give({ type: 'sentence-ready', epoch, text: 'Let me look.' });
    call.give({ type: 'function-called', epoch, call: { id: '1', name: 'look_up', argumentsJson: '{}' } });
    call.give({ type: 'reply-thought', epoch, reason: 'functions' });
    call.give({ type: 'function-returned', key: call.done('run-function')[0]?.key ?? '', result: { ok: true, resultJson: '1' } }); // prettier-ignore
    call.give({ type: 'reply-thought', epoch, reason });
    expect(spokenAfterGreeting(call)).toEqual(['Let me look.', spoken]);
  });

  it('falls back on other words where an agent has none for it', () => {
    const settings = someSettings();
    const call = SteppedCall.greeted({ settings: { ...settings, phrases: { ...settings.phrases, cannotHelp: undefined } } }); // prettier-ignore
    call.say('Where is my order?');
    call.endTurn();
    call.give({ type: 'reply-thought', epoch: call.epoch, reason: 'refused' });
    expect(spokenAfterGreeting(call)).toEqual(['Could you say that again?']);
  });

  it('is not heard to break off in the middle of a sentence', async () => {
    const script = [{ text: 'There are ten. The first of them', reason: 'length' as const }];
    const call = await RehearsedCall.begin({ script });
    await call.hearOut();
    await call.say('Which ones are there?');
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: There are ten.');
    expect(call.record.segments.at(-1)).toMatchObject({ said: 'There are ten.' });
  });
});

describe('what a vendor wants back', () => {
  it('reaches the same model with the next question', async () => {
    const script = [{ text: 'Which order?', vendorParts: PARTS }, 'It is on its way.'];
    const call = await RehearsedCall.begin({ script });
    await call.hearOut();
    await call.say('Where is my order?');
    await call.hearOut();
    await call.say('The red one.');
    await call.hearOut();
    expect(call.told).toContainEqual({ role: 'agent', text: 'Which order?', vendorParts: PARTS });
  });

  it('goes back with its answer, now and after the reply, and the log keeps it', () => {
    const call = asked();
    const { epoch } = call;
    call.give({ type: 'function-called', epoch, call: { id: '1', name: 'look_up', argumentsJson: '{}' } });
    call.give({ type: 'reply-thought', epoch, reason: 'functions', vendorParts: PARTS });
    call.give({ type: 'function-returned', key: call.done('run-function')[0]?.key ?? '', result: { ok: true, resultJson: '1' } }); // prettier-ignore
    expect(messagesFor(call.call).at(-2)).toMatchObject({ role: 'agent', calls: [{ id: '1' }], vendorParts: PARTS });
    call.think('It is on its way.');
    call.hearOut();
    const [agent, result, last] = call.call.messages.slice(-3);
    expect(agent).toMatchObject({ calls: [{ id: '1' }], vendorParts: PARTS });
    expect(result).toMatchObject({ role: 'function', resultJson: '1' });
    expect(last).not.toHaveProperty('vendorParts');
    const read = readLog(call.log.map(writeEntry));
    expect(read.map(({ input }) => input)).toContainEqual(expect.objectContaining({ vendorParts: PARTS }));
    expect(replay(read).divergence).toBeNull();
  });
});
