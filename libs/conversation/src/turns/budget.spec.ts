import { describe, expect, it } from '@jest/globals';
import { replay } from '../log/replay.js';
import type { CallBudget } from '../ports/index.js';
import { someSettings } from '../testing/rehearsed-call.js';
import { SteppedCall } from '../testing/stepped-call.js';
import { messagesFor } from '../thinking/history.js';

const CLOSING = 'Our time together is over. A colleague goes on.';

class PaidCall extends SteppedCall {
  pay(usd: number): void {
    const usage = { stage: 'recogniser', provider: 'a/ear', soundMs: 1_000 } as const;
    this.give({ type: 'provider-used', usage, usd });
  }
  /** What the caller hears when the last reply is over. */
  get said(): string[] {
    return this.told('agent.spoke').map(({ text }) => text);
  }
}

function begun(budget: Partial<CallBudget> | null = {}, overflowTo: string | null = null): PaidCall {
  const overflow = { message: 'All busy.', transferTo: overflowTo };
  const settings = { ...someSettings(), overflow, ...(budget && { budget: { usd: 1, closing: CLOSING, ...budget } }) };
  const call = new PaidCall({ settings });
  call.give({ type: 'line-up' });
  call.hearOut();
  return call;
}

describe('a call that comes near the end of its budget', () => {
  it('says so once, is told to be brief, and asks a cheaper model', () => {
    const call = begun();
    call.pay(0.79);
    expect(call.told('budget.near')).toEqual([]);
    call.pay(0.01);
    call.pay(0.01);
    expect(call.told('budget.near')).toEqual([{ type: 'budget.near', spentUsd: 0.8, budgetUsd: 1 }]);
    expect(call.done('use-cheaper-model')).toHaveLength(1);
    expect(messagesFor(call.call).at(-1)).toMatchObject({ role: 'system', text: expect.stringMatching(/one short sentence/) }); // prettier-ignore
    expect(call.told('budget.spent')).toEqual([]);
  });

  it('begins no answer on a guess any more', () => {
    const call = begun();
    call.say('When do you open?');
    expect(call.done('think')).toHaveLength(1);
    call.endTurn();
    call.think('At nine.');
    call.hearOut();
    call.pay(0.8);
    call.say('And when do you close?');
    expect(call.done('think')).toHaveLength(1);
    call.endTurn();
    expect(call.done('think')).toHaveLength(2);
  });

  it('keeps to the cheaper model when another agent takes the call', () => {
    const call = begun();
    call.pay(0.8);
    const settings = { ...someSettings(), agent: { ...someSettings().agent, id: 'agent-2' } };
    call.give({ type: 'command-given', command: { type: 'hand-over', settings, functions: [] }, author: 'desk' });
    expect(call.done('use-cheaper-model')).toHaveLength(2);
    call.pay(0.2);
    expect(call.told('budget.spent')).toHaveLength(1);
  });
});

describe('a call whose budget is spent', () => {
  it('ends at once with its own words when nobody speaks', () => {
    const call = begun();
    call.pay(1);
    expect(call.told('budget.spent')).toEqual([{ type: 'budget.spent', spentUsd: 1, budgetUsd: 1 }]);
    call.hearOut();
    expect(call.said.at(-1)).toBe(CLOSING);
    expect(call.done('hang-up')).toHaveLength(1);
    call.give({ type: 'line-closed', end: 'closed' });
    expect(call.told('call.ended')).toMatchObject([{ reason: 'budget-spent' }]);
  });

  it('says first what it has already paid for', () => {
    const call = begun();
    call.say('When do you open?');
    call.endTurn();
    call.pay(1);
    call.think('At nine.');
    call.hearOut();
    call.hearOut();
    expect(call.said.slice(1)).toEqual(['At nine.', CLOSING]);
    expect(call.done('hang-up')).toHaveLength(1);
  });

  it('lets the caller finish, and answers with its last words alone', () => {
    const call = begun();
    call.pay(0.9);
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 100);
    call.pay(0.1);
    expect(call.done('think')).toHaveLength(0);
    call.say('I wanted to ask something.');
    call.endTurn();
    call.hearOut();
    expect(call.done('think')).toHaveLength(0);
    expect(call.told('caller.spoke').at(-1)?.text).toBe('I wanted to ask something.');
    expect(call.said.at(-1)).toBe(CLOSING);
  });

  it.each([
    ['to its own number', { transferTo: '+441632960001' }, '+441632960002', '+441632960001'],
    ['to the overflow number', {}, '+441632960002', '+441632960002'],
    ['nowhere, if it is told so', { transferTo: null }, '+441632960002', undefined],
  ])('is sent %s', (_where, budget, overflowTo, to) => {
    const call = begun(budget, overflowTo);
    call.pay(1);
    call.hearOut();
    expect(call.done('transfer').map((effect) => effect.to)).toEqual(to === undefined ? [] : [to]);
    expect(call.done('hang-up')).toHaveLength(to === undefined ? 1 : 0);
    call.give({ type: 'line-closed', end: 'closed' });
    expect(call.told('call.ended')).toMatchObject([{ reason: 'budget-spent' }]);
  });

  it('ends when its carrier refuses to send it elsewhere', () => {
    const call = begun({ transferTo: '+441632960001' });
    call.pay(1);
    call.hearOut();
    call.give({ type: 'carrier-refused', asked: 'transfer' });
    expect(call.done('hang-up')).toHaveLength(1);
  });

  it('says goodbye where it has no words of its own', () => {
    const call = begun({ closing: undefined });
    call.pay(1);
    call.hearOut();
    expect(call.said.at(-1)).toBe('Goodbye.');
  });

  it('ends without them when what goes on does not come to an end', () => {
    const call = begun({ transferTo: '+441632960001' });
    call.give({ type: 'voice-started', onsetMs: call.atMs }, 100);
    call.pay(1);
    call.give({ type: 'timer-due', timer: 'time-limit' }, 45_000);
    expect(call.done('transfer')).toHaveLength(1);
  });

  it('is left to a person who took it over, until it is given back', () => {
    const call = begun();
    call.give({ type: 'command-given', command: { type: 'take-over' }, author: 'desk' });
    call.pay(1);
    expect(call.told('budget.spent')).toHaveLength(1);
    expect(call.call.timeIsUp).toBe(false);
    call.give({ type: 'command-given', command: { type: 'give-back', note: null }, author: 'desk' }, 1_000);
    call.hearOut();
    expect(call.said.at(-1)).toBe(CLOSING);
  });

  it('is the same in a replay', () => {
    const call = begun();
    call.pay(0.85);
    call.say('When do you open?');
    call.endTurn();
    call.pay(0.2);
    call.think('At nine.');
    call.hearOut();
    call.hearOut();
    call.give({ type: 'line-closed', end: 'closed' });
    call.pay(0.01);
    expect(replay(call.log).divergence).toBeNull();
  });
});

describe('a call without a budget', () => {
  it('may cost what it does', () => {
    const call = begun(null);
    call.pay(1_000);
    expect(call.events.filter(({ type }) => type.startsWith('budget'))).toEqual([]);
    expect(call.done('use-cheaper-model')).toEqual([]);
  });
});
