import { describe, expect, it } from '@jest/globals';
import { readDurationS, readId, readInstant, readPhoneNumber, readUserId } from './ringover-values.js';

describe('instants', () => {
  it.each<[string, unknown, string]>([
    ['seconds', 1_789_034_567, '2026-09-10T10:02:47.000Z'],
    ['seconds with a fraction', 1_789_034_567.1234, '2026-09-10T10:02:47.123Z'],
    ['milliseconds', 1_789_034_567_123, '2026-09-10T10:02:47.123Z'],
    ['seconds as a text', '1789034567', '2026-09-10T10:02:47.000Z'],
    ['milliseconds that were kept as a text', '1789034567123', '2026-09-10T10:02:47.123Z'],
    ['ISO 8601 with an offset', '2026-09-10T12:02:47+02:00', '2026-09-10T10:02:47.000Z'],
  ])('are read from %s', (_what, value, iso) => {
    expect(readInstant(value)?.toISOString()).toBe(iso);
  });

  it.each([undefined, null, '', '  ', 'soon', 0, -1, Number.NaN, 1e30, true, {}])('are absent from %p', (value) => {
    expect(readInstant(value)).toBeUndefined();
  });
});

describe('telephone numbers', () => {
  it.each<[unknown, string]>([
    [33_612_345_678, '+33612345678'],
    ['33612345678', '+33612345678'],
    ['+33612345678', '+33612345678'],
    ['0033612345678', '+33612345678'],
    ['+33 (6) 12-34.56 78', '+33612345678'],
  ])('are read from %p', (value, number) => {
    expect(readPhoneNumber(value)).toBe(number);
  });

  it.each([undefined, null, '', 'Unknown', 'anonymous', 101, '0612345678', '1234567890123456', 1.5, -33, {}, true])(
    'are absent from %p',
    (value) => {
      expect(readPhoneNumber(value)).toBeUndefined();
    },
  );
});

describe('ids', () => {
  it.each<[unknown, string]>([
    ['1834567890123456789', '1834567890123456789'],
    [912_345_678, '912345678'],
    [0, '0'],
  ])('are read from %p', (value, id) => {
    expect(readId(value)).toBe(id);
  });

  it.each([2 ** 60, 1.5, -1, '', 'x'.repeat(65), 'a b', '1\0', null, undefined, {}])(
    'are not taken from %p, which has lost digits or is none',
    (value) => {
      expect(readId(value)).toBeUndefined();
    },
  );

  it.each<[unknown, string | undefined]>([
    ['USER22670001', '22670001'],
    [22_670_001, '22670001'],
    [null, undefined],
  ])('of people lose their prefix: %p', (value, id) => {
    expect(readUserId(value)).toBe(id);
  });
});

describe('lengths of sound', () => {
  it.each<[unknown, number]>([
    [61, 61],
    [61.5, 61.5],
    [0, 0],
    ['61', 61],
    ['30s', 30],
    ['1:05', 65],
    ['02:03', 123],
    ['01:02:03', 3_723],
  ])('are read from %p', (value, seconds) => {
    expect(readDurationS(value)).toBe(seconds);
  });

  it.each([undefined, null, '', -1, Number.NaN, Infinity, 'long', '1:2:3:4', '1:99', '-5', {}, true])(
    'are absent from %p',
    (value) => {
      expect(readDurationS(value)).toBeUndefined();
    },
  );
});
