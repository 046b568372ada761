import type { Clock } from '@app/kernel';
import { z } from 'zod';
import { failed, type OfferedFunction, offer, returned } from './offered-function.js';
import { describeStart, isOffered, type OfficeHours } from './office-hours.js';
import type { Calendar } from './ports/index.js';
import { instantOf } from './wall-clock.js';

const TIMEOUT_MS = 5_000;
const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::00(?:\.0+)?)?$/;

const ARGUMENTS = z.strictObject({
  startsAt: z
    .union([z.iso.datetime({ offset: true, local: true }), z.iso.datetime({ precision: -1, local: true })])
    .describe('The start, exactly as find-free-slots gave it.'),
  name: z.string().trim().min(1).max(100).describe('The name that the caller gave.'),
  phone: z
    .string()
    .regex(/^\+?[\d ().-]{5,20}$/, 'digits, with + for another country')
    .nullish()
    .describe('A number to call back, if the caller gave one.'),
  subject: z.string().trim().max(200).nullish().describe('What it is about, in a few words.'),
});

/** Books one start, once: the same act again finds what it made. */
export function bookAppointment(calendar: Calendar, hours: OfficeHours, clock: Clock): OfferedFunction {
  return offer({
    name: 'book-appointment',
    description: 'Books an appointment at a start that find-free-slots gave, once the caller has agreed to it.',
    effect: 'changes',
    timeoutMs: TIMEOUT_MS,
    arguments: ARGUMENTS,
    async act({ startsAt, name, phone, subject }, { madeBy }) {
      const start = startOf(startsAt, hours.timezone);
      if (!start || !isOffered(start, hours, clock.date())) {
        return failed('refused', 'no appointment begins then; offer a start that find-free-slots gives');
      }
      const outcome = await calendar.book({
        calendar: hours.calendar,
        startsAt: start.toISOString(),
        lengthMinutes: hours.slotMinutes,
        name,
        phone: phone ?? null,
        subject: subject ?? '',
        madeBy,
      });
      if (!outcome.booked) return failed('refused', 'that start has just been taken; look for free slots again');
      return returned({ status: 'booked', ...describeStart(start, hours), reference: outcome.appointmentId });
    },
  });
}

/** A time without an offset is one on the wall of the office. */
function startOf(startsAt: string, timezone: string): Date | undefined {
  const local = LOCAL.exec(startsAt);
  if (!local) return new Date(startsAt);
  const [, date = '', hour, minute] = local;
  return instantOf({ date, minuteOfDay: Number(hour) * 60 + Number(minute) }, timezone);
}
