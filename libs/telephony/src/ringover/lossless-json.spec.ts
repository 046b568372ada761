import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { atPath, isSameJson, parseLossless } from './lossless-json.js';

describe('reading JSON without rounding', () => {
  it.each([
    ['an unsigned 64-bit id', '{"call_id":18345678901234567890}', { call_id: '18345678901234567890' }],
    ['the same in a list', '[1834567890123456789, 2]', ['1834567890123456789', 2]],
    ['alone', ' 1834567890123456789 ', '1834567890123456789'],
    ['a negative one', '{"a":-1834567890123456789}', { a: '-1834567890123456789' }],
    ['16 digits', '1234567890123456', '1234567890123456'],
    ['15 digits', '123456789012345', 123_456_789_012_345],
    ['digits in a text', '{"a":"id 1834567890123456789, ok"}', { a: 'id 1834567890123456789, ok' }],
    ['digits after an escaped quote', '["\\"1834567890123456789","\\\\"]', ['"1834567890123456789', '\\']],
    ['a long fraction', '1789034567.12345678901234567', 1_789_034_567.123_456_7],
    ['a power', '1e20', 1e20],
    ['a name of digits', '{"1834567890123456789":1}', { '1834567890123456789': 1 }],
  ])('keeps %s', (_what, json, value) => {
    expect(parseLossless(json)).toEqual(value);
  });

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['a leading zero', '{"a":01834567890123456789}'],
    ['a bare name of digits', '{1834567890123456789:1}'],
    ['two values', '1834567890123456789 1834567890123456789'],
    ['an open text', '["1834567890123456789]'],
    ['a nesting that no stack holds', '['.repeat(200_000) + ']'.repeat(200_000)],
  ])('refuses %s', (_what, json) => {
    expect(() => parseLossless(json)).toThrow(SyntaxError);
  });

  it('reads everything else as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        const rounded = JSON.parse(json, (_key, value: unknown) => (isLong(value) ? String(value) : value));
        expect(parseLossless(json)).toEqual(rounded);
      }),
    );
  });

  it('keeps every 64-bit id', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 15n, max: 2n ** 64n - 1n }), (id) => {
        expect(parseLossless(`{"id":${id}}`)).toEqual({ id: String(id) });
      }),
    );
  });
});

/** Integers of 16 to 20 digits, the only ones that JSON.stringify writes in full. */
const isLong = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e15 && Math.abs(value) < 1e21;

describe('comparing what was read', () => {
  const event = { event: 'ringing', data: { call_id: '1', tags: ['a', 'b'], user: null } };

  it.each([
    ['itself', event, event],
    ['another order of keys', event, { data: { user: null, tags: ['a', 'b'], call_id: '1' }, event: 'ringing' }],
  ])('takes %s for the same', (_what, one, other) => {
    expect(isSameJson(one, other)).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ['a changed value', event, { ...event, event: 'hangup' }],
    ['a missing key', event, { event: 'ringing' }],
    ['one key more', event, { ...event, attempt: 1 }],
    ['another order of a list', ['a', 'b'], ['b', 'a']],
    ['a list for an object', ['a'], { '0': 'a' }],
    ['null for an object', {}, null],
    ['a text for a number', { a: 1 }, { a: '1' }],
    ['a key that every object inherits', { toString: 1 }, { valueOf: 1 }],
    ['a prototype', JSON.parse('{"__proto__":{}}'), JSON.parse('{"other":{}}')],
  ])('tells apart %s', (_what, one, other) => {
    expect(isSameJson(one, other)).toBe(false);
  });

  it('gives up on what is deeper than any event', () => {
    const deep = () => parseLossless('['.repeat(100) + ']'.repeat(100));
    expect(isSameJson(deep(), deep())).toBe(false);
  });
});

describe('following a path', () => {
  const value = { data: { calls: [{ id: '7' }] } };

  it.each([
    ['data.calls.0.id', '7'],
    ['data.calls.1.id', undefined],
    ['data.toString', undefined],
    ['', undefined],
  ])('finds at %s what stands there', (path, found) => {
    expect(atPath(value, path)).toBe(found);
  });
});
