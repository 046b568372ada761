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
  const { day, time } = wallClock(timezone, at);
  return week[day].some(({ from, to }) => from <= time && time < to);
}

/** The first moment from then on at which it is open; undefined: never. */
export function opensAt(hours: OpeningHours, from: Date): Date | undefined {
  let at = from;
  // an hour before it, then there: the clocks may be changed on the way
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    if (isOpen(hours, at)) return at;
    const minutes = minutesToOpening(hours, at);
    if (minutes === undefined) return undefined;
    const step = minutes > HOUR_MINUTES ? minutes - HOUR_MINUTES : minutes;
    at = new Date((Math.floor(at.getTime() / MINUTE_MS) + step) * MINUTE_MS);
  }
  return undefined;
}

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1_440;
const MOST_STEPS = 20;

/** By the clock on the wall; at least one. */
function minutesToOpening({ timezone, week }: OpeningHours, at: Date): number | undefined {
  const { day, time } = wallClock(timezone, at);
  const today = DAYS.indexOf(day);
  const waits = DAYS.flatMap((_, ahead) =>
    [ahead, ahead + DAYS.length].flatMap((days) =>
      week[DAYS[(today + days) % DAYS.length] ?? day].map(
        ({ from }) => days * DAY_MINUTES + minutesOf(from) - minutesOf(time),
      ),
    ),
  ).filter((minutes) => minutes > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function wallClock(timezone: string, at: Date): { day: (typeof DAYS)[number]; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const day = DAYS.find((name) => name === part('weekday').toLowerCase()) ?? DAYS[0];
  return { day, time: `${part('hour')}:${part('minute')}` };
}

function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
