import { describe, expect, it } from '@jest/globals';
import { describeStart, isOffered, startsOn, USUAL_OFFICE_HOURS } from './office-hours.js';

const SATURDAY = new Date('2026-11-21T11:00:00Z');
const TUESDAY = '2026-11-24';

describe('office hours', () => {
  it('offer sixteen half hours from nine to five on a working day', () => {
    const starts = startsOn(TUESDAY, USUAL_OFFICE_HOURS, SATURDAY).map((start) => start.toISOString());
    expect(starts).toHaveLength(16);
    expect([starts[0], starts.at(-1)]).toEqual(['2026-11-24T09:00:00.000Z', '2026-11-24T16:30:00.000Z']);
  });

  it('are those on the wall there, in summer as in winter', () => {
    expect(startsOn('2027-01-15', USUAL_OFFICE_HOURS, SATURDAY)[0]?.toISOString()).toBe('2027-01-15T09:00:00.000Z');
    const summer = startsOn('2027-06-15', USUAL_OFFICE_HOURS, new Date('2027-06-14T10:00:00Z'));
    expect(summer[0]?.toISOString()).toBe('2027-06-15T08:00:00.000Z');
  });

  it('offer nothing at the weekend, in the past, too soon, or too far ahead', () => {
    expect(startsOn('2026-11-22', USUAL_OFFICE_HOURS, SATURDAY)).toEqual([]);
    expect(startsOn('2026-11-20', USUAL_OFFICE_HOURS, SATURDAY)).toEqual([]);
    expect(startsOn('2027-02-22', USUAL_OFFICE_HOURS, SATURDAY)).toEqual([]);
    const atNoon = startsOn(TUESDAY, USUAL_OFFICE_HOURS, new Date('2026-11-24T12:01:00Z'));
    expect(atNoon[0]?.toISOString()).toBe('2026-11-24T13:00:00.000Z');
  });

  it('end an appointment before they end', () => {
    const hours = { ...USUAL_OFFICE_HOURS, slotMinutes: 45 };
    expect(startsOn(TUESDAY, hours, SATURDAY).at(-1)?.toISOString()).toBe('2026-11-24T15:45:00.000Z');
  });

  it('tell a start that they offer from one that they do not', () => {
    expect(isOffered(new Date('2026-11-24T09:30:00Z'), USUAL_OFFICE_HOURS, SATURDAY)).toBe(true);
    expect(isOffered(new Date('2026-11-24T09:31:00Z'), USUAL_OFFICE_HOURS, SATURDAY)).toBe(false);
    expect(isOffered(new Date('2026-11-24T17:00:00Z'), USUAL_OFFICE_HOURS, SATURDAY)).toBe(false);
  });

  it('tell a start exactly, and as people say it', () => {
    const hours = { ...USUAL_OFFICE_HOURS, timezone: 'Europe/Paris' };
    expect(describeStart(new Date('2026-11-24T09:30:00Z'), hours)).toEqual({
      startsAt: '2026-11-24T10:30:00+01:00',
      spoken: 'Tuesday 24 November at 10:30',
    });
  });
});
