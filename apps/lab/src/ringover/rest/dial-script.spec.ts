import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { LAB_KEYS } from './virtual-ringover.js';
import { Dial } from './dial.js';
import { type DialOutcome, dialOutcome, DialScript } from './dial-script.js';
import { newAccount } from './account.js';

/** A call that was dialled, its telling, and the account that it belongs to. */
function open(outcome: unknown, { ringS = 30 } = {}) {
  const clock = new FakeClock();
  const account = newAccount('eu', LAB_KEYS.eu);
  const startedAt = clock.date();
  const call = account.book.begin({ direction: 'OUT', from: 1, to: 2, userId: null, ivrId: null, startedAt });
  const ids = { callId: String(call.callId), channelId: String(call.channelId) };
  const dial = new Dial(
    {
      ...ids,
      ...({ way: 'ivr-callback', region: 'eu', fromNumber: '1', toNumber: '2', ringS, startedAt } as const),
      ivrId: '7',
      device: undefined,
    },
    account,
    call,
  );
  const told: string[] = [];
  const stream = Promise.withResolvers<'caller' | 'callee'>();
  const script = new DialScript(clock, {
    tell: (event, _dial, { answeredBy }) => told.push(answeredBy ? `${event} ${answeredBy}` : event),
    stream: (_dial, over) => {
      told.push('stream');
      over.addEventListener('abort', () => stream.resolve('caller'), { once: true });
      return stream.promise;
    },
  });
  script.queue(dialOutcome.parse(outcome) satisfies DialOutcome);
  void script.play(dial);
  return { clock, account, call, told, stream, past: () => account.book.past[0] };
}

describe('a call that is dialled', () => {
  it('is taken by a person, streamed, and hung up by them', async () => {
    const { clock, call, told, stream, past } = open({ type: 'person', afterMs: 2_000 });
    await clock.advance(1_999);
    expect([told, call.status]).toEqual([['ringing'], 'RINGING']);
    await clock.advance(1);
    expect([told, call.status]).toEqual([['ringing', 'answered', 'stream'], 'ANSWERED']);
    stream.resolve('callee');
    await clock.advance(0);

    expect(told.at(-1)).toBe('hangup HUMAN');
    expect(past()).toMatchObject({ lastState: 'ANSWERED', hungUpBy: 'CALLEE', direction: 'out', isMachine: false });
  });

  it.each([
    [{ type: 'busy' }, ['ringing', 'missed'], { lastState: 'FAILED', answeredAt: null }],
    [{ type: 'no-answer' }, ['ringing', 'missed'], { lastState: 'MISSED', answeredAt: null }],
    [{ type: 'voicemail' }, ['ringing', 'voicemail'], { lastState: 'VOICEMAIL', isMachine: true }],
    [{ type: 'machine', streams: false }, ['ringing', 'answered', 'hangup MACHINE'], { isMachine: true }],
    [{ type: 'person', streams: false }, ['ringing', 'answered', 'hangup HUMAN'], { lastState: 'ANSWERED' }],
  ])('ends as %j', async (outcome, events, segment) => {
    const { clock, account, told, past } = open(outcome);
    await clock.advance(60_000);

    expect(told).toEqual(events);
    expect(past()).toMatchObject(segment);
    expect(account.book.live).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('rings no longer than was asked', async () => {
    const { clock, told } = open({ type: 'no-answer' }, { ringS: 20 });
    await clock.advance(19_999);
    expect(told).toEqual(['ringing']);
    await clock.advance(1);

    expect(told).toEqual(['ringing', 'missed']);
  });

  it('is over when it is hung up over REST, ringing or spoken in', async () => {
    const [ringing, spoken] = [open({ type: 'person', afterMs: 5_000 }), open({ type: 'person', afterMs: 0 })];
    await ringing.clock.advance(1);
    ringing.call.told({ type: 'hang-up' });
    await ringing.clock.advance(1);
    await spoken.clock.advance(1);
    spoken.call.told({ type: 'hang-up' });
    await spoken.clock.advance(1);

    expect(ringing.told).toEqual(['ringing', 'missed']);
    expect(ringing.past()).toMatchObject({ lastState: 'CANCELLED' });
    expect(spoken.told).toEqual(['ringing', 'answered', 'stream', 'hangup HUMAN']);
  });
});
