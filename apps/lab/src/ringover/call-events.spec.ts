import { describe, expect, it } from '@jest/globals';
import { callEventJson, newCallFacts } from './call-events.js';

const NUMBERS = { fromNumber: '33612345678', toNumber: '33184990011', startedAtS: 1_789_034_560.21 };
const call = { ...newCallFacts(NUMBERS), callId: '18345678901234567890', channelId: '912345678' };
const options = { attempt: 1, timestampS: 1_789_034_630.02, idsAs: 'string' } as const;

describe('the events of a call', () => {
  it('have ids that no JavaScript number holds, another for each call', () => {
    const ids = Array.from({ length: 200 }, () => newCallFacts(NUMBERS).callId);
    expect(new Set(ids).size).toBe(200);
    expect(ids.filter((id) => !/^\d{19,20}$/.test(id) || BigInt(id) >= 2n ** 64n)).toEqual([]);
  });

  it('carry the envelope and the call', () => {
    expect(JSON.parse(callEventJson('ringing', call, { ...options, attempt: 3 }))).toEqual({
      event: 'ringing',
      resource: 'call',
      timestamp: 1_789_034_630.02,
      attempt: 3,
      data: expect.objectContaining({
        id: call.id,
        call_id: '18345678901234567890',
        channel_id: '912345678',
        from_number: '33612345678',
        to_number: '33184990011',
        direction: 'inbound',
        status: 'ringing',
      }),
    });
  });

  it('write ids as bare numbers where they are to, without rounding one', () => {
    const json = callEventJson('answered', call, { ...options, idsAs: 'number' });
    expect(json).toContain('"call_id":18345678901234567890,"channel_id":912345678,');
  });

  it('say how long it lasted when it ends', () => {
    const ended = JSON.parse(callEventJson('hangup', call, options)) as { data: object };
    expect(ended.data).toMatchObject({ status: 'hangup', duration_in_seconds: 70, hangup_time: 1_789_034_630.02 });
  });
});
