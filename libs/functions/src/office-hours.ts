import { addDays, instantOf, isoWithOffset, wallTimeAt, weekdayOf } from './wall-clock.js';

/** When appointments can begin. Times are those on the wall of the place. */
export interface OfficeHours {
  /** The calendar's name in its store. */
  calendar: string;
  /** IANA name. */
  timezone: string;
  /** 1 is Monday, 7 is Sunday. */
  weekdays: readonly number[];
  /** Minutes from midnight; the last appointment ends by `closesAt`. */
  opensAtMinute: number;
  closesAtMinute: number;
  slotMinutes: number;
  /** An appointment begins at least so long from now. */
  noticeMinutes: number;
  /** And at most so many days from today. */
  horizonDays: number;
}

export const USUAL_OFFICE_HOURS: OfficeHours = {
  calendar: 'main',
  timezone: 'Europe/London',
  weekdays: [1, 2, 3, 4, 5],
  opensAtMinute: 9 * 60,
  closesAtMinute: 17 * 60,
  slotMinutes: 30,
  noticeMinutes: 30,
  horizonDays: 90,
};

/** Every start that the office offers on this date, taken or not, in order. */
export function startsOn(date: string, hours: OfficeHours, now: Date): Date[] {
  if (!hours.weekdays.includes(weekdayOf(date)) || date > lastDate(hours, now)) return [];
  const earliestMs = now.getTime() + hours.noticeMinutes * 60_000;
  const starts: Date[] = [];
  for (let at = hours.opensAtMinute; at + hours.slotMinutes <= hours.closesAtMinute; at += hours.slotMinutes) {
    const start = instantOf({ date, minuteOfDay: at }, hours.timezone);
    if (start && start.getTime() >= earliestMs) starts.push(start);
  }
  return starts;
}

export const today = (hours: OfficeHours, now: Date): string => wallTimeAt(now, hours.timezone).date;

export const lastDate = (hours: OfficeHours, now: Date): string => addDays(today(hours, now), hours.horizonDays);

export function isOffered(start: Date, hours: OfficeHours, now: Date): boolean {
  const { date } = wallTimeAt(start, hours.timezone);
  return startsOn(date, hours, now).some((offered) => offered.getTime() === start.getTime());
}

/** How a start is told to a model: exact, and as people say it. */
export const describeStart = (start: Date, { timezone }: OfficeHours): { startsAt: string; spoken: string } => ({
  startsAt: isoWithOffset(start, timezone),
  spoken: spokenFormatOf(timezone).format(start),
});

/** Making one takes longer than all else that a day of slots is found by. */
const spokenFormats = new Map<string, Intl.DateTimeFormat>();

function spokenFormatOf(timeZone: string): Intl.DateTimeFormat {
  const known = spokenFormats.get(timeZone);
  if (known) return known;
  const day = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, ...day, ...time });
  spokenFormats.set(timeZone, format);
  return format;
}
