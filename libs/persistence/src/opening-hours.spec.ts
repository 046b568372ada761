import { describe, expect, it } from '@jest/globals';
import { isOpen, openingHours, opensAt } from './opening-hours.js';
import { exampleSettings } from './testing/example-settings.js';
import { readSettings } from './settings.schema.js';

const HOURS = openingHours.parse({
  timezone: 'Europe/Paris',
  week: {
    mon: [
      { from: '09:00', to: '12:30' },
      { from: '14:00', to: '18:00' },
    ],
    fri: [{ from: '18:00', to: '24:00' }],
    sat: [{ from: '00:00', to: '02:00' }],
  },
});

describe('opening hours', () => {
  it.each<[string, boolean]>([
    ['2026-11-23T08:59:59+01:00', false],
    ['2026-11-23T09:00:00+01:00', true],
    ['2026-11-23T12:29:59+01:00', true],
    ['2026-11-23T12:30:00+01:00', false],
    ['2026-11-23T14:00:00+01:00', true],
    ['2026-11-24T10:00:00+01:00', false],
    ['2026-11-27T23:59:59+01:00', true],
    ['2026-11-28T00:00:00+01:00', true],
    ['2026-11-28T02:00:00+01:00', false],
    ['2026-07-06T09:00:00+02:00', true], // on the clock of the place, summer or winter
    ['2026-07-06T09:00:00+01:00', true],
    ['2026-07-06T08:30:00+02:00', false],
  ])('at %s are open: %s', (iso, open) => {
    expect(isOpen(HOURS, new Date(iso))).toBe(open);
  });

  it.each<[string, string]>([
    ['2026-11-23T10:00:07+01:00', '2026-11-23T10:00:07+01:00'],
    ['2026-11-23T08:59:30+01:00', '2026-11-23T09:00:00+01:00'],
    ['2026-11-23T13:00:00+01:00', '2026-11-23T14:00:00+01:00'],
    ['2026-11-28T02:00:00+01:00', '2026-11-30T09:00:00+01:00'],
    ['2026-03-28T12:00:00+01:00', '2026-03-30T09:00:00+02:00'], // summer begins in between
    ['2026-10-24T12:00:00+02:00', '2026-10-26T09:00:00+01:00'],
  ])('that are asked for from %s on open at %s', (from, at) => {
    expect(opensAt(HOURS, new Date(from))).toEqual(new Date(at));
  });

  it('of nobody never open', () => {
    expect(opensAt(openingHours.parse({ timezone: 'UTC', week: {} }), new Date(0))).toBeUndefined();
  });

  it.each([
    ['a timezone that there is not', { timezone: 'Europe/Nowhere', week: {} }],
    ['a time that there is not', { timezone: 'UTC', week: { mon: [{ from: '09:60', to: '10:00' }] } }],
    ['a span that ends before it begins', { timezone: 'UTC', week: { mon: [{ from: '22:00', to: '02:00' }] } }],
    ['a day that there is not', { timezone: 'UTC', week: { monday: [] } }],
  ])('are refused with %s', (_what, hours) => {
    expect(() => readSettings('clara', { ...exampleSettings(), hours })).toThrow(/settings of clara: hours/);
  });
});
