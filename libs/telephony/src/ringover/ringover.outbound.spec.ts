import { describe, expect, it } from '@jest/globals';
import type { RingoverAsked, RingoverOperationName } from './rest/asked.js';
import { readCurrentCalls, readHistory } from './rest/rest.calls.js';
import { FakeClock } from '@app/kernel/testing';
import { OUTBOUND_VARIABLES, outboundFaults, outboundSettings } from './ringover.outbound-env.js';
import { RingoverOutbound, type RingoverOutboundWay } from './ringover.outbound.js';
import { z } from 'zod';

const IVR = { by: 'ivr-callback', ivrId: '18345678901234000007' } as const;
const USER = { by: 'callback', userNumber: '+33184990011' } as const;
const SIGNAL = new AbortController().signal;

/** A Ringover that answers what it is given, and remembers what it was asked. */
function open(way: RingoverOutboundWay, answers: Partial<Record<RingoverOperationName, unknown>> = {}) {
  const asked: unknown[][] = [];
  const ask = <Name extends RingoverOperationName>(name: Name, input: RingoverAsked[Name]['with']) => {
    asked.push([name, input]);
    return Promise.resolve(answers[name] as RingoverAsked[Name]['gives']);
  };
  return { carrier: new RingoverOutbound({ ask }, way, new FakeClock()), asked };
}

describe('placing calls at Ringover', () => {
  const started = { callId: '18345678901234567891', channelId: undefined };

  it('rings a user first, or the callee at once', async () => {
    const order = { from: '+33184990022', to: '+33612345678', ringS: 40 };
    const [user, ivr] = [open(USER, { callback: started }), open(IVR, { ivrCallback: started })];

    expect(await user.carrier.dial(order, SIGNAL)).toEqual({ carrierCallId: started.callId, channelId: null });
    expect(await ivr.carrier.dial(order, SIGNAL)).toEqual({ carrierCallId: started.callId, channelId: null });
    expect([user.asked, ivr.asked]).toEqual([[['callback', order]], [['ivrCallback', { ivrId: IVR.ivrId, ...order }]]]);
    expect([user.carrier.callsFrom, ivr.carrier.callsFrom]).toEqual([USER.userNumber, null]);
  });

  const history = (...calls: object[]) => readHistory({ call_list: calls });
  const NOBODY = readCurrentCalls(undefined);

  it.each([
    ['ANSWERED', {}, 'answered'],
    ['MISSED', {}, 'no-answer'],
    ['CANCELLED', {}, 'no-answer'],
    ['FAILED', {}, 'busy'],
    ['VOICEMAIL', {}, 'voicemail'],
    ['ANSWERED', { amd: true }, 'voicemail'],
    ['BLIND_TRANSFERED', {}, 'answered'],
    ['A_STATE_OF_TOMORROW', { is_answered: 1 }, 'answered'],
    ['A_STATE_OF_TOMORROW', {}, 'failed'],
  ])('tells what `%s` means, with %j', async (state, more, outcome) => {
    const calls = history({ call_id: 7, direction: 'out', last_state: state, to_number: 33612345678, ...more });
    const { carrier } = open(IVR, { currentCalls: NOBODY, calls });

    expect(await carrier.placedSince(new Date(0))).toMatchObject([
      { carrierCallId: '7', outcome, isOver: true, to: '+33612345678' },
    ]);
  });

  it('tells each call once, as the history has it, and none that came in', async () => {
    const currentCalls = readCurrentCalls({
      current_calls_list: [
        { call_id: 7, direction: 'OUT', status: 'ANSWERED' },
        { call_id: 8, direction: 'OUT', status: 'RINGING' },
        { call_id: 9, direction: 'IN', status: 'RINGING' },
      ],
    });
    const calls = history({ call_id: 7, direction: 'out', last_state: 'MISSED' }, { call_id: 6, direction: 'in' });
    const { carrier } = open(IVR, { currentCalls, calls });

    expect(await carrier.placedSince(new Date(0))).toMatchObject([
      { carrierCallId: '8', outcome: null, isOver: false },
      { carrierCallId: '7', outcome: 'no-answer', isOver: true },
    ]);
  });
});

describe('the environment of placing calls', () => {
  const read = (env: object) => z.object(OUTBOUND_VARIABLES).parse(env);

  it('places none unless it is told how', () => {
    expect(outboundSettings(read({ RINGOVER_API_KEY: 'k', RINGOVER_IVR_ID: '7' }))).toBeUndefined();
    expect(outboundFaults(read({}))).toEqual([]);
  });

  it('puts the usual way first, and knows the address of the region', () => {
    const env = {
      RINGOVER_API_KEY: 'k',
      RINGOVER_REGION: 'us',
      RINGOVER_IVR_ID: '7',
      RINGOVER_USER_NUMBER: '+33184990011',
    };
    const ways = (usual: string) => outboundSettings(read({ ...env, RINGOVER_OUTBOUND: usual }))?.ways;

    expect(ways('callback')).toEqual([USER, { by: 'ivr-callback', ivrId: '7' }]);
    expect(ways('ivr-callback')).toEqual([{ by: 'ivr-callback', ivrId: '7' }, USER]);
    expect(outboundSettings(read({ ...env, RINGOVER_OUTBOUND: 'callback' }))?.rest).toMatchObject({
      url: 'https://public-api-us.ringover.com/v2',
      apiKey: 'k',
    });
  });

  it.each([
    ['callback', 'RINGOVER_USER_NUMBER'],
    ['ivr-callback', 'RINGOVER_IVR_ID'],
  ])('names what %s needs', (usual, name) => {
    expect(outboundFaults(read({ RINGOVER_OUTBOUND: usual })).map((fault) => fault.name)).toEqual([
      'RINGOVER_API_KEY',
      name,
    ]);
  });
});
