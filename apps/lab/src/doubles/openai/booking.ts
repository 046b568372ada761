import { type ChatMessage, contentOf } from './chat.js';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export interface OfferedSlot {
  startsAt: string;
  spoken: string;
}

/** The slots that a function brought; undefined when its result is something else. */
export function slotsIn(result: string): OfferedSlot[] | undefined {
  const { slots } = parsed(result);
  if (!Array.isArray(slots)) return undefined;
  return slots.filter((slot): slot is OfferedSlot => typeof (slot as OfferedSlot).startsAt === 'string').slice(0, 2);
}

/** The day and the part of it that a caller names, as arguments; undefined when they name none. */
export function dayIn(said: string, messages: readonly ChatMessage[]): Record<string, string> | undefined {
  const text = said.toLowerCase();
  const partOfDay = /\bmorning\b/.test(text)
    ? 'morning'
    : /\b(afternoon|evening)\b/.test(text)
      ? 'afternoon'
      : undefined;
  const date = dateIn(text, todayIn(messages));
  if (!date && !partOfDay) return undefined;
  return { ...(date && { date }), ...(partOfDay && { partOfDay }) };
}

/** The name in "my name is Tom Baker", "it's Tom", or all of it. */
export function nameIn(said: string): string {
  const name = said
    .replace(/^.*\b(name is|name's|i am|i'm|it is|it's|this is)\b/i, '')
    .replace(/[^\p{L}' -]/gu, '')
    .trim();
  return name.replace(/\b\p{L}/gu, (letter) => letter.toUpperCase()).slice(0, 100) || 'Caller';
}

/** What is to be booked: the slot that the caller chose of those that were offered last. */
export function bookingOf(messages: readonly ChatMessage[], name: string): Record<string, string> | undefined {
  const offered = messages.findLastIndex((message) => message.role === 'tool' && slotsIn(contentOf(message)));
  const slots = slotsIn(contentOf(messages[offered]));
  const choice = messages.slice(offered).find(({ role }) => role === 'user');
  const second = /\b(second|later|other|last|latter|two)\b/i.test(contentOf(choice));
  const slot = (second ? slots?.[1] : slots?.[0]) ?? slots?.[0];
  const wish = messages.find(
    (message) => message.role === 'user' && /clean|check|pain|visit/i.test(contentOf(message)),
  );
  const subject = /clean/i.test(contentOf(wish)) ? 'cleaning' : 'appointment';
  return slot && { startsAt: slot.startsAt, name, subject };
}

function dateIn(text: string, today: Date): string | undefined {
  if (/\btoday\b/.test(text)) return dateOf(today);
  if (/\btomorrow\b/.test(text)) return dateOf(new Date(today.getTime() + DAY_MS));
  const weekday = WEEKDAYS.findIndex((name) => text.includes(name));
  if (weekday < 0) return undefined;
  const ahead = (weekday - today.getUTCDay() + 7) % 7 || 7;
  return dateOf(new Date(today.getTime() + ahead * DAY_MS));
}

/** The day as the system's part tells it: the double has no calendar of its own. */
function todayIn(messages: readonly ChatMessage[]): Date {
  const system = contentOf(messages.find(({ role }) => role === 'system'));
  return new Date(`${/\d{4}-\d{2}-\d{2}/.exec(system)?.[0] ?? '2026-01-01'}T12:00:00Z`);
}

const dateOf = (day: Date): string => day.toISOString().slice(0, 10);

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
