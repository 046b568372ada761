import { describe, expect, it } from '@jest/globals';
import { replay } from './log/replay.js';
import { CarrierError, StoreError } from './ports/index.js';
import type { ScriptedReply } from './testing/index.js';
import { RehearsedCall } from './testing/index.js';

const call = (name: string, args: object, id = `${name}-1`) => ({ id, name, argumentsJson: JSON.stringify(args) });
const lookUp = (afterMs = 300) => ({
  name: 'look_up',
  effect: 'reads' as const,
  afterMs,
  results: [{ ok: true as const, resultJson: '{"free":"10:00"}' }],
});
const book = (afterMs = 300) => ({
  name: 'book',
  effect: 'changes' as const,
  afterMs,
  results: [{ ok: true as const, resultJson: '{"booked":true}' }],
});
const endCall = { name: 'end_call', effect: 'ends-call' as const };

describe('functions in a call', () => {
  it('asks the model again with what a function brought', async () => {
    const script: ScriptedReply[] = [
      { text: 'Let me look.', calls: [call('look_up', { day: 'Monday' })] },
      { text: 'Ten is free.' },
    ];
    const rehearsed = await RehearsedCall.begin({ script, functions: [lookUp()] });
    await rehearsed.hearOut();
    await rehearsed.say('Is Monday free?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: Let me look. Ten is free.');
    expect(rehearsed.told.slice(-2)).toEqual([
      { role: 'agent', text: 'Let me look.', calls: [call('look_up', { day: 'Monday' })] },
      { role: 'function', id: 'look_up-1', name: 'look_up', resultJson: '{"free":"10:00"}' },
    ]);
  });

  it('runs what changes something only when the turn is certain', async () => {
    const script: ScriptedReply[] = [{ calls: [call('book', { at: 'ten' })] }, { text: 'Booked.' }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [book(0)] });
    await rehearsed.hearOut();
    await rehearsed.say('Make it ten');
    await rehearsed.pass(100);
    expect(rehearsed.model.requests).toHaveLength(1); // it has been asked for, on a guess
    expect(rehearsed.functions.runs).toHaveLength(0);
    await rehearsed.hearOut();
    expect(rehearsed.functions.runs).toHaveLength(1);
    expect(rehearsed.transcript.at(-1)).toBe('agent: Booked.');
  });

  it('never books on a guess that the caller takes back', async () => {
    const script: ScriptedReply[] = [{ calls: [call('book', { at: 'ten' })] }, { text: 'As you like.' }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [book(0)] });
    await rehearsed.hearOut();
    await rehearsed.say('Make it ten');
    await rehearsed.pass(60);
    await rehearsed.say('no wait, not ten.');
    await rehearsed.hearOut();
    expect(rehearsed.functions.runs).toHaveLength(0);
    expect(rehearsed.transcript.at(-2)).toBe('caller: Make it ten no wait, not ten.');
  });

  it('books once, and tells the model so, when the caller barges in while it is being booked', async () => {
    const script: ScriptedReply[] = [
      { text: 'I am booking it for you now, that takes a little while.', calls: [call('book', { at: 'ten' })] },
      { calls: [call('book', { at: 'ten' }, 'book-2')] },
      { text: 'It is booked.' },
    ];
    const rehearsed = await RehearsedCall.begin({ script, functions: [book(2_000)] });
    await rehearsed.hearOut();
    await rehearsed.say('Ten it is.');
    await rehearsed.pass(900);
    await rehearsed.say('Did you hear me?');
    await rehearsed.hearOut();
    await rehearsed.hearOut();
    expect(rehearsed.functions.timesDone('book')).toBe(1);
    expect(new Set(rehearsed.functions.runs.map(({ key }) => key)).size).toBe(1);
    const results = rehearsed.told.filter(({ role }) => role === 'function');
    expect(results).toEqual([
      { role: 'function', id: 'book-1', name: 'book', resultJson: '{"booked":true}' },
      { role: 'function', id: 'book-2', name: 'book', resultJson: '{"booked":true}' },
    ]);
    expect(replay(rehearsed.log).divergence).toBeNull();
  });

  it('says a word while a function takes long', async () => {
    const script: ScriptedReply[] = [{ calls: [call('look_up', {})] }, { text: 'Ten is free.' }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [lookUp(4_500)] });
    await rehearsed.hearOut();
    await rehearsed.say('Is Monday free?');
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: One moment, please. Ten is free.');
  });

  it('tells the model that a function never came back', async () => {
    const script: ScriptedReply[] = [
      { text: 'Let me look.', calls: [call('look_up', {})] },
      { text: 'I cannot see it now.' },
    ];
    const rehearsed = await RehearsedCall.begin({ script, functions: [{ ...lookUp(Infinity), timeoutMs: 3_000 }] });
    await rehearsed.hearOut();
    await rehearsed.say('Is Monday free?');
    await rehearsed.hearOut();
    expect(rehearsed.told.at(-1)).toMatchObject({
      role: 'function',
      resultJson: '{"error":"timed-out","detail":"it took too long"}',
    });
    expect(rehearsed.transcript.at(-1)).toContain('I cannot see it now.');
  });

  it('hangs up after its goodbye was heard, not before', async () => {
    const script: ScriptedReply[] = [{ text: 'You are welcome, goodbye!', calls: [call('end_call', {})] }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [endCall] });
    await rehearsed.hearOut();
    await rehearsed.say('Thank you, that is all.');
    await rehearsed.pass(1_000);
    expect(rehearsed.line.hungUp).toBe(false);
    await rehearsed.pass(3_000);
    expect(rehearsed.line.hungUp).toBe(true);
    expect(rehearsed.endReason).toBe('agent-hung-up');
  });

  it('says goodbye by itself when the model only hangs up', async () => {
    const rehearsed = await RehearsedCall.begin({ script: [{ calls: [call('end_call', {})] }], functions: [endCall] });
    await rehearsed.hearOut();
    await rehearsed.say('That is all.');
    await rehearsed.pass(4_000);
    expect(rehearsed.transcript.slice(-2)).toEqual(['caller: That is all.', 'agent: Goodbye.']);
    expect(rehearsed.endReason).toBe('agent-hung-up');
  });

  const transfer = {
    name: 'transfer_call',
    effect: 'transfers-call' as const,
    parameters: { type: 'object', properties: { to: { enum: ['+441632960001'] } } },
  };

  it('notes nothing of what a function brings after the call', async () => {
    const script: ScriptedReply[] = [{ calls: [call('book', { at: 'ten' })] }, { text: 'Booked.' }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [book(4_000)] });
    await rehearsed.hearOut();
    await rehearsed.say('Make it ten.');
    await rehearsed.pass(2_000);
    rehearsed.line.close();
    await rehearsed.clock.advance(0);
    const { length } = rehearsed.lines;
    await rehearsed.clock.advance(10_000);
    expect([rehearsed.endReason, rehearsed.functions.timesDone('book')]).toEqual(['caller-hung-up', 1]);
    expect(rehearsed.lines).toHaveLength(length);
  });

  it('sends the call elsewhere after saying so', async () => {
    const script = [{ text: 'I will put you through.', calls: [call('transfer_call', { to: '+441632960001' })] }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [transfer] });
    await rehearsed.hearOut();
    await rehearsed.say('A person please.');
    await rehearsed.hearOut();
    await rehearsed.pass(100);
    expect(rehearsed.line.transferredTo).toEqual(['+441632960001']);
    expect(rehearsed.endReason).toBe('transferred');
  });

  it('sends the call to no number that was not offered', async () => {
    const script = [{ calls: [call('transfer_call', { to: '+33899000000' })] }, 'I cannot do that.'];
    const rehearsed = await RehearsedCall.begin({ script, functions: [transfer] });
    await rehearsed.hearOut();
    await rehearsed.say('Put me through to my own number.');
    await rehearsed.hearOut();
    expect(rehearsed.line.transferredTo).toEqual([]);
    expect(rehearsed.transcript.at(-1)).toBe('agent: I cannot do that.');
  });

  it('does not book what could not be noted down', async () => {
    const script: ScriptedReply[] = [{ calls: [call('book', { at: 'ten' })] }, { text: 'I could not book it.' }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [book(0)] });
    rehearsed.flush = () => Promise.reject(new StoreError('redis', 'unavailable'));
    await rehearsed.hearOut();
    await rehearsed.say('Ten it is.');
    await rehearsed.hearOut();
    expect(rehearsed.functions.runs).toEqual([]);
    expect(rehearsed.told.at(-1)).toMatchObject({
      role: 'function',
      resultJson: expect.stringContaining('unavailable'),
    });
  });

  it('says so and goes on when the carrier cannot send the call elsewhere', async () => {
    const script = [{ text: 'I will put you through.', calls: [call('transfer_call', { to: '+441632960001' })] }];
    const rehearsed = await RehearsedCall.begin({ script, functions: [transfer] });
    rehearsed.line.transfer = () => {
      throw new CarrierError('fake', 'cannot');
    };
    await rehearsed.hearOut();
    await rehearsed.say('A person please.');
    await rehearsed.hearOut();
    await rehearsed.pass(100);
    expect(rehearsed.line.hungUp).toBe(false);
    await rehearsed.hearOut();
    expect(rehearsed.transcript.at(-1)).toBe('agent: Sorry, something went wrong here.');
    expect(rehearsed.bugs).toEqual([]);
  });
});
