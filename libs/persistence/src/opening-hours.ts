import { z } from 'zod';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as 09:30, or 24:00');
const span = z
  .strictObject({ from: clockTime, to: clockTime })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from: a night is two spans' });

/** A day that is not named is closed. */
const spans = z.array(span).default([]);

export const openingHours = z.strictObject({
  timezone: z.string().refine(isTimezone, 'must be a timezone such as Europe/Paris'),
  week: z.strictObject({ mon: spans, tue: spans, wed: spans, thu: spans, fri: spans, sat: spans, sun: spans }),
});

/** What is wrong with a table; nothing for none. */
export const hoursFaultsOf = (hours: unknown): { field: string; problem: string }[] =>
  (hours === null ? [] : (openingHours.safeParse(hours).error?.issues ?? [])).map(({ path, message }) => ({
    field: path.join('.'),
    problem: message,
  }));

/** A table of a week, and whose clock it is read by. */
export type OpeningHours = z.output<typeof openingHours>;

/** Whether it is open at an instant: from the first minute of a span to before its last. */
export function isOpen({ timezone, week }: OpeningHours, at: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const day = DAYS.find((name) => name === part('weekday').toLowerCase());
  const time = `${part('hour')}:${part('minute')}`;
  return day !== undefined && week[day].some(({ from, to }) => from <= time && time < to);
}

function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
