import type { Clock } from '@app/kernel';
import { z } from 'zod';
import { failed, type OfferedFunction, offer, returned } from './offered-function.js';
import { describeStart, lastDate, type OfficeHours, startsOn, today } from './office-hours.js';
import type { Calendar } from './ports/index.js';
import { addDays, wallTimeAt } from './wall-clock.js';

const TIMEOUT_MS = 3_000;
const NOON_MINUTE = 12 * 60;
const DAYS_AHEAD = 14;

const ARGUMENTS = z.strictObject({
  date: z.iso.date().optional().describe('The day to look from, YYYY-MM-DD; today if left out.'),
  partOfDay: z.enum(['morning', 'afternoon']).optional().describe('Before or after noon; any time if left out.'),
});

/** Tells the free starts of one day: the day asked for, or the first one after it that has any. */
export function findFreeSlots(calendar: Calendar, hours: OfficeHours, clock: Clock): OfferedFunction {
  return offer({
    name: 'find-free-slots',
    description:
      `Finds free appointments of ${hours.slotMinutes} minutes, on the given day or the first day after it that has any. ` +
      `Times are in ${hours.timezone}.`,
    effect: 'reads',
    timeoutMs: TIMEOUT_MS,
    arguments: ARGUMENTS,
    async act({ date, partOfDay }) {
      const now = clock.date();
      const first = date && date > today(hours, now) ? date : today(hours, now);
      if (first > lastDate(hours, now)) return failed('refused', `bookable until ${lastDate(hours, now)} only`);
      const starts = datesFrom(first).map((day) =>
        startsOn(day, hours, now).filter((start) => isIn(partOfDay, start, hours)),
      );
      const taken = await takenAmong(starts.flat(), calendar, hours);
      const free = starts
        .map((day) => day.filter((start) => !taken.has(start.getTime())))
        .find((day) => day.length > 0);
      return returned({ timezone: hours.timezone, slots: (free ?? []).map((start) => describeStart(start, hours)) });
    },
  });
}

const datesFrom = (first: string): string[] => Array.from({ length: DAYS_AHEAD }, (_, days) => addDays(first, days));

function isIn(partOfDay: 'morning' | 'afternoon' | undefined, start: Date, { timezone }: OfficeHours): boolean {
  if (!partOfDay) return true;
  return wallTimeAt(start, timezone).minuteOfDay < NOON_MINUTE === (partOfDay === 'morning');
}

async function takenAmong(starts: readonly Date[], calendar: Calendar, hours: OfficeHours): Promise<Set<number>> {
  const [first, last] = [starts[0], starts.at(-1)];
  if (!first || !last) return new Set();
  const until = new Date(last.getTime() + 1); // the end is not counted in
  const taken = await calendar.takenStarts(hours.calendar, first.toISOString(), until.toISOString());
  return new Set(taken.map((startsAt) => Date.parse(startsAt)));
}
