import { describe, expect, it } from '@jest/globals';
import { noteOf } from './carrier-note.js';
import { parseLossless } from './lossless-json.js';
import { readRingoverEvent } from './ringover.events.js';

const CALL_ID = '18345678901234567890';
const at = new Date(1_789_034_700_000);

/** As it comes: ids as bare numbers of 20 digits. */
const read = (event: string, resource: string, data: string, timestamp = '1789034700') =>
  readRingoverEvent(
    parseLossless(
      `{"event":"${event}","resource":"${resource}","timestamp":${timestamp},"data":{"call_id":${CALL_ID}${data}}}`,
    ),
  );

describe('what comes after a call', () => {
  const facts = { callId: CALL_ID, channelId: undefined, at };

  it.each<[string, string, object]>([
    [
      'comments_updated',
      ',"channel_id":912345678,"tags":["lead"],"comments":"Wants a quote"',
      { type: 'comments', channelId: '912345678', comments: 'Wants a quote', tags: ['lead'] },
    ],
    ['aftercall', ',"tags":null', { type: 'comments', comments: undefined, tags: [] }],
    ['tags_updated', ',"tags":["a",{"name":"b"},{"x":1},null,3]', { type: 'tags', tags: ['a', 'b'] }],
    [
      'record_available',
      ',"record_link":"https://e/r","private_record_link":"https://e/p","record_duration":"01:02:03"',
      { type: 'record-available', link: 'https://e/p', durationS: 3_723 },
    ],
    ['record_available', ',"record_link":"https://e/r"', { type: 'record-available', link: 'https://e/r' }],
    [
      'voicemail_available',
      ',"voicemail_link":"https://e/v","voicemail_duration":"30s"',
      { type: 'voicemail-available', link: 'https://e/v', durationS: 30 },
    ],
    [
      'transcription_available',
      ',"transcription_link":"https://e/t"',
      { type: 'transcription-available', link: 'https://e/t' },
    ],
    [
      'transcription_available',
      ',"transcription_url":"https://e/t"',
      { type: 'transcription-available', link: 'https://e/t' },
    ],
    ['summary_available', ',"summary":"They want it."', { type: 'summary-available', summary: 'They want it.' }],
    ['empower', ',"uuid":"x"', { type: 'empower' }],
    ['unheard_of', '', { type: 'unknown', resource: 'aftercall', event: 'unheard_of' }],
  ])('is read: %s%s', (event, data, expected) => {
    const known = event === 'unheard_of' ? {} : facts;
    expect(read(event, 'aftercall', data)).toEqual({
      ...known,
      ...(/available/.test(event) && /record|voicemail/.test(event) ? { durationS: undefined } : {}),
      ...expected,
    });
  });

  it('is unknown without a call', () => {
    expect(readRingoverEvent({ event: 'aftercall', resource: 'aftercall', data: {} })).toMatchObject({
      type: 'unknown',
    });
  });
});

describe('a short message', () => {
  const body = (event: string, data: object) => ({ event, resource: 'sms', timestamp: 1_789_034_800, data });
  const facts = { id: '234-1', message_id: 1_234_567, conversation_id: 234_567, time: '1789034700', body: 'Bonjour' };

  it('is read with its numbers as texts or as integers', () => {
    const expected = {
      ...{ type: 'sms', messageId: '1234567', conversationId: '234567', direction: 'inbound', at },
      ...{ from: '+33612345678', to: '+33184990011', userId: '22670001', body: 'Bonjour' },
    };
    const [texts, integers] = [
      { from_number: '33612345678', to_number: '33184990011', user_id: 'USER22670001' },
      { from_number: 33_612_345_678, to_number: 33_184_990_011, user_id: 22_670_001 },
    ];
    expect(readRingoverEvent(body('received', { ...facts, ...texts }))).toEqual(expected);
    expect(readRingoverEvent(body('received', { ...facts, ...integers }))).toEqual(expected);
  });

  it('is read without its text and its numbers', () => {
    expect(readRingoverEvent(body('sent', {}))).toMatchObject({
      ...{ type: 'sms', direction: 'outbound', body: undefined, from: undefined },
      at: new Date(1_789_034_800_000),
    });
  });
});

describe('what Ringover asks', () => {
  it.each<[string, string, object]>([
    ['routing', '', { type: 'routing' }],
    ['contact', '', { type: 'contact-call' }],
    ['ivr_response_code', ',"code":4821', { type: 'ivr-code', code: '4821' }],
    ['ivr_response_code', ',"code":"0042"', { type: 'ivr-code', code: '0042' }],
    ['ivr_response_code', ',"code":0', { type: 'ivr-code', code: '0' }],
  ])('is read: %s%s', (event, data, expected) => {
    const numbers = ',"direction":"inbound","from_number":33612345678,"to_number":"33184990011"';
    expect(read(event, 'call', data + numbers, '"2026-09-10T10:05:00Z"')).toEqual({
      ...{ callId: CALL_ID, direction: 'inbound', from: '+33612345678', to: '+33184990011' },
      at: new Date('2026-09-10T10:05:00Z'),
      ...expected,
    });
  });

  it.each([',"code":"x"', ',"code":-1', ',"code":null', ''])('is unknown for no code: %s', (data) => {
    expect(read('ivr_response_code', 'call', data)).toMatchObject({ type: 'unknown' });
  });
});

describe('what stays with a call', () => {
  it.each<[string, string, string, object | undefined]>([
    ['ringing', 'call', '', undefined],
    ['hangup', 'call', '', undefined],
    [
      'hangup',
      'call',
      ',"record":"https://e/r","answering_machine_detection":"MACHINE"',
      { type: 'hang-up', data: { link: 'https://e/r', answeredBy: 'machine' } },
    ],
    ['hangup', 'call', ',"answering_machine_detection":"constructor"', undefined],
    ['missed', 'call', ',"reason":"OUT_PLANNING"', { type: 'missed', data: { reason: 'OUT_PLANNING' } }],
    [
      'voicemail',
      'call',
      ',"message":"https://e/m","duration_in_seconds":12',
      { type: 'voicemail', data: { link: 'https://e/m', durationS: 12 } },
    ],
    ['ivr_response_code', 'call', ',"code":4821', { type: 'code', data: { code: '4821' } }],
    ['aftercall', 'aftercall', ',"comments":"x"', { type: 'comments', data: { comments: 'x', tags: [] } }],
    ['tags_updated', 'aftercall', ',"tags":["a"]', { type: 'tags', data: { tags: ['a'] } }],
    ['summary_available', 'aftercall', ',"summary":"s"', { type: 'summary', data: { summary: 's' } }],
    ['transcription_available', 'aftercall', '', { type: 'transcription', data: {} }],
    ['record_available', 'aftercall', ',"record_duration":61.5', { type: 'recording', data: { durationS: 61.5 } }],
    ['voicemail_available', 'aftercall', '', { type: 'voicemail', data: {} }],
    ['empower', 'aftercall', '', { type: 'empower', data: {} }],
    ['routing', 'call', '', undefined],
    ['parked', 'call', '', undefined],
  ])('is noted: %s of %s%s', (event, resource, data, expected) => {
    expect(noteOf(read(event, resource, data))).toEqual(expected && { carrierCallId: CALL_ID, at, ...expected });
  });

  it('is a message between two numbers, of no call', () => {
    const message = {
      event: 'received',
      resource: 'sms',
      timestamp: 1_789_034_700,
      data: { from_number: '33612345678' },
    };
    expect(noteOf(readRingoverEvent(message))).toEqual({
      ...{ carrierCallId: null, type: 'sms', at, from: '+33612345678', to: undefined },
      data: { direction: 'inbound' },
    });
  });
});
