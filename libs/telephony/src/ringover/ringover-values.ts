/** From here on a number is milliseconds since 1970, below it is seconds: in seconds this is the year 5138. */
const FIRST_MS = 100_000_000_000;
const LAST_MS = 8_640_000_000_000_000; // ECMA-262, time values

/** An instant as Ringover writes it: seconds (with a fraction), milliseconds, or ISO 8601. Undefined for anything else. */
export function readInstant(value: unknown): Date | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  const asNumber = Number(text);
  const ms = Number.isNaN(asNumber) ? Date.parse(text) : asNumber < FIRST_MS ? asNumber * 1_000 : asNumber;
  return ms > 0 && ms <= LAST_MS ? new Date(Math.round(ms)) : undefined;
}

/** E.164: up to 15 digits that do not start with 0. Shorter than 5 is an extension, not a telephone number. */
const E164_DIGITS = /^[1-9]\d{4,14}$/;

/**
 * A telephone number as `+` and digits. Ringover writes integers, and texts without `+`; a `+`, a leading `00`, spaces,
 * dots, dashes and brackets are read too. Undefined for anything else: anonymous callers, extensions.
 */
export function readPhoneNumber(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const digits = String(value)
    .replace(/[\s().-]/g, '')
    .replace(/^(\+|00)/, '');
  return E164_DIGITS.test(digits) ? `+${digits}` : undefined;
}

/** An id, as text. A number beyond 2^53 has lost digits on its way and is no id; read it with `parseLossless`. */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  return typeof value === 'string' && ID.test(value) ? value : undefined;
}

/** Theirs are 20 digits or a UUID; anything longer or stranger would only break our keys and columns. */
const ID = /^[\w.:-]{1,64}$/;

/** `USER22670001` in some places, 22670001 in others. */
export const readUserId = (value: unknown): string | undefined => readId(value)?.replace(/^USER/, '');

/** A text that says something. */
export const readText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** `in` and `out` are how the REST interface writes it. */
export function readDirection(value: unknown): 'inbound' | 'outbound' | undefined {
  const text = readText(value)?.toLowerCase();
  if (text === 'inbound' || text === 'in') return 'inbound';
  return text === 'outbound' || text === 'out' ? 'outbound' : undefined;
}

/** A length in seconds: a number, `SS`, `MM:SS`, `HH:MM:SS`, or `30s`. Undefined for anything else. */
export function readDurationS(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  const text = typeof value === 'string' ? value.trim() : '';
  if (!/^\d{1,9}(\.\d+)?\s*s?$|^\d{1,4}(:[0-5]?\d){1,2}$/.test(text)) return undefined;
  return text
    .replace(/\s*s$/, '')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}
