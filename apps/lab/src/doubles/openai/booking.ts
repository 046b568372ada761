import { type ChatMessage, contentOf } from './chat.js';
import { spokenForm } from './wishes.js';

const DAY_MS = 86_400_000;
const WEEKDAYS = [
  /\b(sunday|dimanche)\b/,
  /\b(monday|lundi)\b/,
  /\b(tuesday|mardi)\b/,
  /\b(wednesday|mercredi)\b/,
  /\b(thursday|jeudi)\b/,
  /\b(friday|vendredi)\b/,
  /\b(saturday|samedi)\b/,
];
const HOURS = ['twelve', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'];
const SECOND = /\b(second|later|other|last|latter|deuxième|seconde?|dernier)\b/;
const FIRST = /\b(first|earlier|former|premier|première)\b/;

export interface OfferedSlot {
  startsAt: string;
  spoken: string;
}

/** When a caller wants to come. */
export interface WantedDay {
  date?: string;
  partOfDay?: 'morning' | 'afternoon';
}

export interface Booking {
  startsAt: string;
  name: string;
  subject: string;
}

/** How many of the free slots a caller is told at once. */
const OFFERED = 2;

/** The slots that a function brought, at most two; undefined when its result is something else. */
export function slotsIn(result: string): OfferedSlot[] | undefined {
  const list = Object.values(parsed(result)).find((value): value is unknown[] => Array.isArray(value));
  return list?.map(slotOf).filter((slot) => slot !== undefined).slice(0, OFFERED); // prettier-ignore
}

/** Of an object: the field that holds an instant, and the one that says it in words, under whatever names. */
function slotOf(told: unknown): OfferedSlot | undefined {
  const values = typeof told === 'object' && told !== null ? Object.values(told) : [told];
  const texts = values.filter((value): value is string => typeof value === 'string');
  const startsAt = texts.find((text) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text));
  if (!startsAt) return undefined;
  return { startsAt, spoken: texts.find((text) => !/^\d{4}-\d{2}-\d{2}/.test(text)) ?? inWords(startsAt) };
}

/** The day and the part of it that a caller names; undefined when they name none. */
export function dayIn(said: string, messages: readonly ChatMessage[]): WantedDay | undefined {
  const text = spokenForm(said);
  const partOfDay = partIn(text);
  const date = dateIn(text, todayIn(messages));
  if (!date && !partOfDay) return undefined;
  return { ...(date && { date }), ...(partOfDay && { partOfDay }) };
}

/** The name in "my name is Tom Baker", "it's Tom", or all of it. */
export function nameIn(said: string): string {
  const name = said
    .replace(/[’`]/g, "'")
    .replace(/^.*\b(name is|name's|i am|i'm|it is|it's|this is|m'appelle|c'est|au nom de|je suis)\b/i, '')
    .replace(/[^\p{L}' -]/gu, '')
    .trim();
  return name.replace(/(?<![\p{L}'])\p{L}/gu, (letter) => letter.toUpperCase()).slice(0, 100) || 'Caller';
}

/** What is to be booked: the slot that the caller chose of those that were offered last. */
export function bookingOf(messages: readonly ChatMessage[], name: string): Booking | undefined {
  const offered = messages.findLastIndex((message) => message.role === 'tool' && slotsIn(contentOf(message))?.length);
  const slots = slotsIn(contentOf(messages[offered])) ?? [];
  const said = messages.slice(offered + 1).filter(({ role }) => role === 'user').map((message) => spokenForm(contentOf(message))); // prettier-ignore
  const slot = chosen(slots, said);
  if (!slot || offered < 0) return undefined;
  const wish = messages.find((message) => message.role === 'user' && /clean|détartr/i.test(contentOf(message)));
  return { startsAt: slot.startsAt, name, subject: wish ? 'cleaning' : 'appointment' };
}

/** By "the second", or by the hour when only one has it; else the first. */
function chosen(slots: readonly OfferedSlot[], said: readonly string[]): OfferedSlot | undefined {
  const decisive = said.findLast((text) => SECOND.test(text) || FIRST.test(text) || named(slots, text).length === 1);
  if (decisive === undefined) return slots[0];
  const [byHour, ...others] = named(slots, decisive);
  if (byHour && others.length === 0) return byHour;
  return SECOND.test(decisive) ? (slots[1] ?? slots[0]) : slots[0];
}

const named = (slots: readonly OfferedSlot[], said: string): OfferedSlot[] =>
  slots.filter(({ startsAt }) => {
    const hour = HOURS[Number(startsAt.slice(11, 13)) % 12] ?? '';
    return hour !== 'one' && new RegExp(`\\b(${hour}|${Number(startsAt.slice(11, 13))})\\b`).test(said);
  });

function partIn(text: string): WantedDay['partOfDay'] {
  if (/\b(morning|matin|matinée)\b/.test(text)) return 'morning';
  return /\b(afternoon|evening|après-midi|soir)\b/.test(text) ? 'afternoon' : undefined;
}

function dateIn(text: string, today: Date): string | undefined {
  const inDays = (days: number) => new Date(today.getTime() + days * DAY_MS).toISOString().slice(0, 10);
  if (/\b(today|aujourd'hui)\b/.test(text)) return inDays(0);
  if (/\b(after tomorrow|après-demain)\b/.test(text)) return inDays(2);
  if (/\b(tomorrow|demain)\b/.test(text)) return inDays(1);
  const weekday = WEEKDAYS.findIndex((name) => name.test(text));
  if (weekday >= 0) return inDays((weekday - today.getUTCDay() + 7) % 7 || 7);
  return /\b(next week|semaine prochaine)\b/.test(text) ? inDays((8 - today.getUTCDay()) % 7 || 7) : undefined;
}

/** The day as the system's part tells it: the double has no calendar of its own. */
function todayIn(messages: readonly ChatMessage[]): Date {
  const system = contentOf(messages.find(({ role }) => role === 'system' || role === 'developer'));
  return new Date(`${/\d{4}-\d{2}-\d{2}/.exec(system)?.[0] ?? '2026-01-01'}T12:00:00Z`);
}

/** The wall's time, whatever the offset. */
const inWords = (startsAt: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`${startsAt.slice(0, 16)}Z`),
  );

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
