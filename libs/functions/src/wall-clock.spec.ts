import { describe, expect, it } from '@jest/globals';
import { addDays, instantOf, isoWithOffset, wallTimeAt, weekdayOf } from './wall-clock.js';

const at = (timezone: string, date: string, hour: number, minute = 0) =>
  instantOf({ date, minuteOfDay: hour * 60 + minute }, timezone)?.toISOString();

describe('clocks on a wall', () => {
  it.each([
    ['Europe/London', '2026-11-24', '2026-11-24T10:00:00.000Z'],
    ['Europe/London', '2026-07-01', '2026-07-01T09:00:00.000Z'],
    ['Europe/Paris', '2026-11-24', '2026-11-24T09:00:00.000Z'],
    ['America/New_York', '2026-11-24', '2026-11-24T15:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-24', '2026-11-24T04:30:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-24', '2026-11-23T20:00:00.000Z'],
  ])('in %s at ten on %s show it at %s', (timezone, date, instant) => {
    expect(at(timezone, date, 10)).toBe(instant);
    expect(wallTimeAt(new Date(instant), timezone)).toEqual({ date, minuteOfDay: 600 });
  });

  it('never show a time that they are put forward past', () => {
    expect(at('Europe/London', '2026-03-29', 1, 30)).toBeUndefined();
    expect(at('Europe/London', '2026-03-29', 2)).toBe('2026-03-29T01:00:00.000Z');
  });

  it('show a time twice when they are put back, of which the first is meant', () => {
    expect(at('Europe/London', '2026-10-25', 1, 30)).toBe('2026-10-25T00:30:00.000Z');
  });

  it('are written with their offset, so that the time can be read and is exact', () => {
    expect(isoWithOffset(new Date('2026-11-24T15:00:00Z'), 'America/New_York')).toBe('2026-11-24T10:00:00-05:00');
    expect(isoWithOffset(new Date('2026-11-24T04:30:00Z'), 'Asia/Kolkata')).toBe('2026-11-24T10:00:00+05:30');
    expect(isoWithOffset(new Date('2026-07-01T13:30:00Z'), 'America/St_Johns')).toBe('2026-07-01T11:00:00-02:30');
  });
});

describe('dates', () => {
  it('go on over months, leap days and changes of the clock', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-10-24', 2)).toBe('2026-10-26');
  });

  it('know their weekday', () => {
    expect(weekdayOf('2026-11-23')).toBe(1);
    expect(weekdayOf('2026-11-22')).toBe(7);
  });
});
