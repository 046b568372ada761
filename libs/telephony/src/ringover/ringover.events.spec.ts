import { describe, expect, it } from '@jest/globals';
import { parseLossless } from './lossless-json.js';
import { dedupeKey, nameOfEvent, readRingoverEvent } from './ringover.events.js';

const data = {
  id: '0b9e6a52-5a57-4a0f-9d0e-2f8a5e6f1c11',
  call_id: '1834567890123456789',
  channel_id: '912345678',
  start_time: 1_789_034_560.21,
  direction: 'inbound',
  from_number: '33612345678',
  to_number: '33184990011',
  user_id: 'USER22670001',
};
const body = (event: string, more: object = {}, resource = 'call') => ({
  event,
  resource,
  timestamp: 1_789_034_630.02,
  attempt: 1,
  data: { ...data, status: event, ...more },
});
const facts = {
  callId: '1834567890123456789',
  channelId: '912345678',
  eventId: '0b9e6a52-5a57-4a0f-9d0e-2f8a5e6f1c11',
  direction: 'inbound',
  from: '+33612345678',
  to: '+33184990011',
  userId: '22670001',
  startedAt: new Date(1_789_034_560_210),
};
const sentAt = new Date(1_789_034_630_020);

describe('events of a call', () => {
  it.each([
    ['ringing', {}, { type: 'ringing', at: facts.startedAt }],
    ['answered', {}, { type: 'answered', at: sentAt }],
    ['answered', { answered_time: 1_789_034_570 }, { type: 'answered', at: new Date(1_789_034_570_000) }],
    [
      'hangup',
      {
        hangup_time: 1_789_034_629.9,
        record: 'https://e/r',
        private_record: 'https://e/p',
        answering_machine_detection: 'HUMAN',
      },
      { type: 'hangup', at: new Date(1_789_034_629_900), recording: 'https://e/p', answeredBy: 'human' },
    ],
    [
      'hangup',
      { record: 'https://e/r' },
      { type: 'hangup', at: sentAt, recording: 'https://e/r', answeredBy: undefined },
    ],
    ['missed', { reason: 'OUT_PLANNING' }, { type: 'missed', at: sentAt, reason: 'OUT_PLANNING' }],
    [
      'voicemail',
      { message: 'https://e/m' },
      { type: 'voicemail', at: sentAt, reason: undefined, recording: 'https://e/m' },
    ],
  ])('are read: %s', (event, more, expected) => {
    expect(readRingoverEvent(body(event, more))).toEqual({ ...facts, ...expected });
  });

  it('keep an id that was written as a number, to the digit', () => {
    const json = JSON.stringify(body('ringing')).replace('"1834567890123456789"', '18345678901234567890');
    expect(readRingoverEvent(parseLossless(json))).toMatchObject({ type: 'ringing', callId: '18345678901234567890' });
  });

  it('are read when only the call is named', () => {
    expect(readRingoverEvent({ event: 'missed', resource: 'call', data: { call_id: 7 } })).toMatchObject({
      type: 'missed',
      callId: '7',
      from: undefined,
      at: undefined,
    });
  });

  it('take a caller without a number for anonymous', () => {
    expect(readRingoverEvent(body('ringing', { from_number: 'anonymous', is_anonymous: true }))).toMatchObject({
      from: undefined,
    });
  });

  it('prefer the bare number of a person to the prefixed one', () => {
    expect(readRingoverEvent(body('ringing', { user: { user_id: 5 } }))).toMatchObject({ userId: '5' });
  });

  it.each<[string, unknown]>([
    ['an event of messages that nobody documented', body('seen', {}, 'sms')],
    ['an event of another resource', body('sent', {}, 'fax')],
    ['an event that nobody documented', body('parked')],
    ['a call without an id', body('ringing', { call_id: undefined })],
    ['a call whose id has lost digits', body('ringing', { call_id: 2 ** 60 })],
    ['no data', { event: 'ringing', resource: 'call' }],
    ['data that are a list', { event: 'ringing', resource: 'call', data: [] }],
    ['a name that every object inherits', body('constructor')],
    ['null', null],
    ['nothing', undefined],
  ])('are unknown for %s', (_what, value) => {
    expect(readRingoverEvent(value)).toMatchObject({ type: 'unknown' });
  });

  it('name the misspelt resource of a contact search', () => {
    const search = { event: 'contact', ressource: 'search', data: { query_search: ' Léa ', user_id: 'USER7' } };
    expect(nameOfEvent(search)).toEqual({ resource: 'search', event: 'contact' });
    expect(readRingoverEvent(search)).toEqual({ type: 'contact-search', query: 'Léa', userId: '7' });
  });
});

describe('the name of an event', () => {
  it.each<[unknown, object]>([
    [
      { event: 'a\0b', resource: 'x'.repeat(100) },
      { event: 'ab', resource: 'x'.repeat(64) },
    ],
    [
      { event: '\0', resource: 7 },
      { event: undefined, resource: undefined },
    ],
    ['ringing', { event: undefined, resource: undefined }],
  ])('fits a column, whatever it was: %#', (value, name) => {
    expect(nameOfEvent(value)).toEqual(name);
  });
});

describe('the key that makes two deliveries one', () => {
  const keyOf = (value: unknown) => dedupeKey(JSON.stringify(value), value);
  const ringing = body('ringing');

  it.each<[string, unknown]>([
    ['another attempt', { ...ringing, attempt: 2 }],
    ['the call as a number', { ...ringing, data: { ...ringing.data, channel_id: 912_345_678 } }],
    ['a field more', { ...ringing, data: { ...ringing.data, tags: [] } }],
  ])('is the same for %s', (_what, other) => {
    expect(keyOf(other)).toBe(keyOf(ringing));
  });

  it.each<[string, unknown]>([
    ['another event', { ...ringing, event: 'hangup' }],
    ['another time', { ...ringing, timestamp: 1_789_034_631 }],
    ['another call', { ...ringing, data: { ...ringing.data, call_id: '1834567890123456788' } }],
    ['another channel', { ...ringing, data: { ...ringing.data, channel_id: '1' } }],
    ['another member of the group', { ...ringing, data: { ...ringing.data, id: 'u-2' } }],
  ])('is another for %s', (_what, other) => {
    expect(keyOf(other)).not.toBe(keyOf(ringing));
  });

  it('is another for another comment of the same second, and the same for its retry', () => {
    const comment = (comments: string, attempt: number, id: unknown = 7) => ({
      ...{ event: 'comments_updated', resource: 'aftercall', timestamp: 1_789_034_700, attempt },
      data: { call_id: id, comments },
    });
    expect(keyOf(comment('a', 1))).not.toBe(keyOf(comment('b', 1)));
    expect(keyOf(comment('a', 1))).toBe(keyOf(comment('a', 2, '7')));
  });

  it('is another for another code typed into the same call', () => {
    const code = (digits: number) => ({ ...body('ivr_response_code', { code: digits }), timestamp: 1_789_034_700 });
    expect(keyOf(code(12))).not.toBe(keyOf(code(13)));
  });

  it('is the whole text where neither a call nor an event is named', () => {
    expect(dedupeKey('{"a":1}', { a: 1 })).not.toBe(dedupeKey('{"a":2}', { a: 2 }));
    expect(dedupeKey('no JSON', undefined)).toBe(dedupeKey('no JSON', undefined));
    expect(dedupeKey('no JSON', undefined)).toMatch(/^[0-9a-f]{64}$/);
  });
});
