/** What a clock on the wall of some place shows. `minuteOfDay` counts from midnight, 0 to 1439. */
export interface WallTime {
  /** `YYYY-MM-DD`. */
  date: string;
  minuteOfDay: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Every change of clocks since 1973, wherever, was at a full quarter of an hour (IANA tz database). */
const QUARTER_MS = 15 * MINUTE_MS;
/** Of one timezone: half a year of them. */
const MOST_QUARTERS = 17_000;
const formats = new Map<string, Intl.DateTimeFormat>();
/** By timezone and quarter: asking Intl takes some 10 µs, and a day of free slots asks a hundred times. */
const offsets = new Map<string, Map<number, number>>();

/** What the clocks of this timezone (IANA) show at this instant. @throws RangeError for a timezone that does not exist */
export function wallTimeAt(instant: Date, timezone: string): WallTime {
  const shown = new Date(shownMs(instant.getTime(), timezone));
  return { date: shown.toISOString().slice(0, 10), minuteOfDay: shown.getUTCHours() * 60 + shown.getUTCMinutes() };
}

/**
 * The instant when clocks there show this: the first of two when they are put back, undefined when they are put forward
 * past it.
 */
export function instantOf({ date, minuteOfDay }: WallTime, timezone: string): Date | undefined {
  const asUtcMs = Date.parse(`${date}T00:00:00Z`) + minuteOfDay * MINUTE_MS;
  const [beforeMs, afterMs] = [offsetMs(asUtcMs - DAY_MS, timezone), offsetMs(asUtcMs + DAY_MS, timezone)];
  if (beforeMs === afterMs) return new Date(asUtcMs - beforeMs);
  const candidates = [asUtcMs - beforeMs, asUtcMs - afterMs].sort((a, b) => a - b);
  const found = candidates.find((ms) => shownMs(ms, timezone) === asUtcMs);
  return found === undefined ? undefined : new Date(found);
}

/** ISO 8601 with the offset of the place, as `2026-11-24T10:00:00+00:00`: the time as people there say it, and exact. */
export function isoWithOffset(instant: Date, timezone: string): string {
  const offsetMinutes = Math.round((shownMs(instant.getTime(), timezone) - instant.getTime()) / MINUTE_MS);
  const local = new Date(instant.getTime() + offsetMinutes * MINUTE_MS).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(offsetMinutes / 60)}:${two(offsetMinutes % 60)}`;
}

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;

/** What is shown there, written as if it were UTC. */
const shownMs = (instantMs: number, timezone: string): number => instantMs + offsetMs(instantMs, timezone);

/** How far the clocks there are ahead of UTC. */
function offsetMs(instantMs: number, timezone: string): number {
  const quarters = offsets.get(timezone) ?? new Map<number, number>();
  const quarterMs = Math.floor(instantMs / QUARTER_MS) * QUARTER_MS;
  const known = quarters.get(quarterMs);
  if (known !== undefined) return known;
  const found = askedOffsetMs(quarterMs, timezone);
  if (quarters.size >= MOST_QUARTERS) quarters.clear();
  offsets.set(timezone, quarters.set(quarterMs, found));
  return found;
}

function askedOffsetMs(instantMs: number, timezone: string): number {
  const parts = Object.fromEntries(
    formatOf(timezone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instantMs;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
