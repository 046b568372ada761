import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { RingoverCarrierCalls } from './carrier-calls.js';
import { readCurrentCalls, readHistory } from './rest/rest.calls.js';
import type { RingoverRest } from './rest/ringover-rest.js';

const NUMBERS = { from_number: 33_612_345_678, to_number: 33_184_990_011 };
const FACTS = { direction: 'inbound', from: '+33612345678', to: '+33184990011' };

/** Answers with lists as they come over the wire, and keeps what it was asked. */
function open(current: object[], history: object[]) {
  const asked: unknown[] = [];
  const ask = async (name: string, query: object) => {
    asked.push([name, query]);
    return name === 'calls' ? readHistory({ call_list: history }) : readCurrentCalls({ current_calls_list: current });
  };
  const rest: Pick<RingoverRest, 'ask'> = { ask: ask as RingoverRest['ask'] };
  return { asked, calls: new RingoverCarrierCalls(rest, new FakeClock()) };
}

describe('Ringover’s calls', () => {
  it('are told as they stand now', async () => {
    const { calls } = open(
      [
        { call_id: '18', direction: 'IN', status: 'RINGING', ...NUMBERS },
        { call_id: 19, direction: 'IN', status: 'ANSWERED', ...NUMBERS },
        { call_id: 20, direction: 'OUT', status: 'HOLD', from_number: 'Unknown' },
      ],
      [],
    );
    expect(await calls.current()).toMatchObject([
      { carrierCallId: '18', state: 'ringing', ...FACTS },
      { carrierCallId: '19', state: 'answered' },
      { carrierCallId: '20', state: 'other', direction: 'outbound', from: undefined },
    ]);
  });

  it('are told as they ended, one for all segments, and asked for since a date', async () => {
    const segment = (id: string, last_state: string, start: string, end?: string) => ({
      ...{ cdr_id: start, call_id: id, direction: 'in', last_state, start_time: start, end_time: end, ...NUMBERS },
    });
    const [start, later, end] = ['2030-01-07T09:00:00Z', '2030-01-07T09:01:00Z', '2030-01-07T09:02:00Z'];
    const { asked, calls } = open(
      [],
      [
        segment('1', 'ANSWERED', later, end),
        segment('1', 'BLIND_TRANSFERED', start, later),
        segment('2', 'MISSED', start, later),
        segment('3', 'CANCELLED', start, later),
        segment('4', 'VOICEMAIL', start, later),
        segment('5', 'ANSWERED', start, later),
        segment('5', 'ANSWERED', later),
      ],
    );
    const since = new Date(-5);
    expect(await calls.history(since)).toMatchObject([
      { carrierCallId: '1', outcome: 'answered', startedAt: new Date(start), endedAt: new Date(end), ...FACTS },
      { carrierCallId: '2', outcome: 'missed', endedAt: new Date(later) },
      { carrierCallId: '3', outcome: 'missed' },
      { carrierCallId: '4', outcome: 'other' },
      { carrierCallId: '5', outcome: 'answered', endedAt: undefined },
    ]);
    expect(asked).toEqual([['calls', { from: since, to: new Date(0), limit: 1_000 }]]);
  });
});
