import type { Currency, Tongue } from './tongue.js';

/** Where a language and its region differ in how figures are written. */
export interface Writing {
  tongue: Tongue;
  /** Before decimals. */
  decimal: '.' | ',';
  /** 11/23/2026, as in the United States. */
  monthFirst: boolean;
}

/** Something that is written otherwise than said. `say` answers undefined where it is not what it looked like. */
export interface Pattern {
  looks: RegExp;
  say: (found: Groups, writing: Writing) => string | undefined;
}

type Groups = Readonly<Record<string, string | undefined>>;

const CURRENCIES: Readonly<Record<string, Currency>> = {
  ...{ '€': 'EUR', eur: 'EUR', euro: 'EUR', euros: 'EUR', $: 'USD', usd: 'USD' },
  ...{ '£': 'GBP', gbp: 'GBP', chf: 'CHF' },
};
/** 12 · 1,200 · 1 200 · 12.50 · 12,50; a space between thousands may be a narrow one. */
const AMOUNT = String.raw`\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?`;
const START = String.raw`(?<![\p{L}\p{N}])`;
const END = String.raw`(?![\p{L}\p{N}])`;
const NAMED_MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november'],
  ...['december', 'janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre'],
  ...['novembre', 'décembre'],
].join('|');

const pattern = (source: string, say: Pattern['say']): Pattern => ({
  looks: new RegExp(`${START}(?:${source})${END}`, 'giu'),
  say,
});

/** In the order in which they are tried: what is longer and surer comes first. */
export const PATTERNS: readonly Pattern[] = [
  pattern(
    String.raw`(?<user>[\p{L}\p{N}][\p{L}\p{N}._+-]*)@(?<host>[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)`,
    (found, { tongue }) =>
      [address(found['user'] ?? '', tongue), tongue.words.at, address(found['host'] ?? '', tongue)].join(' '),
  ),
  pattern(
    String.raw`(?:https?:\/\/)?(?<www>www\.)?(?<host>[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:com|org|net|fr|eu|uk|io|de|ch|be))(?<path>(?:\/[\p{L}\p{N}._-]+)*)\/?`,
    ({ host = '', path = '' }, { tongue }) => address(host + path, tongue),
  ),
  pattern(String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`, (found, { tongue }) => dated(found, tongue)),
  pattern(
    String.raw`(?<one>\d{1,2})[/.](?<two>\d{1,2})[/.](?<year>\d{4})`,
    ({ one, two, year }, { tongue, monthFirst }) =>
      dated(monthFirst ? { month: one, day: two, year } : { day: one, month: two, year }, tongue),
  ),
  pattern(
    String.raw`(?<day>\d{1,2})(?:er|st|nd|rd|th)?(?: of)? (?<month>${NAMED_MONTHS})(?:,? (?<year>\d{4}))?`,
    named,
  ),
  pattern(String.raw`(?<month>${NAMED_MONTHS}) (?<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?<year>\d{4}))?`, named),
  pattern(String.raw`(?<plus>\+|00)(?<figures>[1-9]\d{0,2}(?:[ .()-]{0,2}\d){6,12})`, ({ figures = '' }, { tongue }) =>
    tongue.phone(figures.match(/\d+/g) ?? [], true),
  ),
  pattern(String.raw`(?<figures>\(?0\d(?:[ .()-]{0,2}\d){7,9})`, ({ figures = '' }, { tongue }) =>
    tongue.phone(figures.match(/\d+/g) ?? [], false),
  ),
  pattern(String.raw`(?<sign>[€$£]) ?(?<amount>${AMOUNT})`, paid),
  pattern(String.raw`(?<amount>${AMOUNT})[ \u00a0\u202f]?(?<sign>€|\$|£|EUR|USD|GBP|CHF|euros?)`, paid),
  pattern(
    String.raw`(?<hour>[01]?\d|2[0-3])(?::(?<minute>[0-5]\d)| ?h ?(?<past>[0-5]\d)?)(?<half> ?[ap]\.?m\.?)?`,
    clock,
  ),
  pattern(String.raw`(?<hour>1[0-2]|[1-9])(?<half> ?[ap]m)`, clock),
  pattern(
    String.raw`(?<amount>${AMOUNT})[ \u00a0\u202f]?%`,
    ({ amount = '' }, writing) => `${number(amount, writing)} ${writing.tongue.words.percent}`,
  ),
  pattern(
    String.raw`(?<amount>${AMOUNT})[ \u00a0\u202f]?(?<unit>km|cm|kg|min|°C)`,
    ({ amount = '', unit = '' }, writing) => {
      const names = writing.tongue.units[unit.toLowerCase()];
      return names && `${number(amount, writing)} ${amount === '1' ? names.one : names.many}`;
    },
  ),
  pattern(
    String.raw`(?<value>\d{1,3})(?<ending>st|nd|rd|th|er|ère|re|e|ème)`,
    ({ value = '', ending = '' }, { tongue }) =>
      tongue.ordinal(Number(value), /^(?:è?re)$/u.test(ending) ? 'feminine' : undefined),
  ),
  pattern(
    String.raw`(?<before>in|since|of|from|year|en|depuis|de|année) (?<year>1[1-9]\d\d|20\d\d)`,
    ({ before = '', year = '' }, { tongue }) => `${before} ${tongue.year(Number(year))}`,
  ),
  pattern(
    String.raw`(?<from>\d{1,4}) ?[–-] ?(?<to>\d{1,4})`,
    ({ from = '', to = '' }, { tongue }) => `${tongue.cardinal(from)} ${tongue.words.to} ${tongue.cardinal(to)}`,
  ),
  pattern(
    String.raw`(?=[\p{Lu}\d-]*\p{Lu})(?=[\p{Lu}\d-]*\d)(?<code>[\p{Lu}\d]+(?:-[\p{Lu}\d]+)*)`,
    ({ code = '' }, { tongue }) => (/[a-z]/u.test(code) ? undefined : spelled(code, tongue)),
  ),
  pattern(String.raw`(?<amount>${AMOUNT})`, ({ amount = '' }, writing) => number(amount, writing)),
];

function address(text: string, { words, digits }: Tongue): string {
  const signs: Readonly<Record<string, string>> = {
    ...{ '.': words.dot, '-': words.dash, _: words.underscore, '+': words.plus, '/': words.slash },
  };
  return (text.match(/\d+|[^\d._+/-]+|[._+/-]/gu) ?? [])
    .map((part) => signs[part] ?? (/^\d/.test(part) ? digits(part) : part))
    .join(' ');
}

function dated({ day, month, year }: Groups, tongue: Tongue): string | undefined {
  const [of, in_] = [Number(day), Number(month)];
  if (of < 1 || of > 31 || in_ < 1 || in_ > 12) return undefined;
  return tongue.date(of, in_, year === undefined ? undefined : Number(year));
}

/** A month that has another language's name is left to the voice. */
function named({ day, month = '', year }: Groups, { tongue }: Writing): string | undefined {
  const at = tongue.months.indexOf(month.toLowerCase());
  return at < 0 ? undefined : dated({ day, month: String(at + 1), year }, tongue);
}

function paid({ sign = '', amount = '' }: Groups, writing: Writing): string | undefined {
  const currency = CURRENCIES[sign.toLowerCase()];
  return currency && writing.tongue.money(plain(amount, writing), currency);
}

function clock({ hour = '', minute, past, half }: Groups, { tongue }: Writing): string | undefined {
  const twelve = Number(hour);
  if (half !== undefined && (twelve > 12 || twelve === 0)) return undefined;
  const later = half !== undefined && /p/i.test(half) ? 12 : 0;
  const of24 = half === undefined ? twelve : (twelve % 12) + later;
  return tongue.time(of24, Number(minute ?? past ?? 0), half !== undefined);
}

/** A long row of figures, or one that begins with 0, is a name and no quantity. */
function number(amount: string, writing: Writing): string {
  if (/^\d+$/.test(amount) && (amount.length > 6 || /^0\d/.test(amount))) return writing.tongue.digits(amount);
  return writing.tongue.cardinal(plain(amount, writing));
}

/** Digits with a point before decimals: the last sign is a decimal one unless exactly three figures follow it. */
function plain(amount: string, { decimal }: Writing): string {
  const text = amount.replace(/[ \u00a0\u202f]/g, '');
  const at = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  if (at < 0) return text;
  const thousands = text.length - at === 4 && text[at] !== decimal;
  const whole = text.slice(0, thousands ? undefined : at).replace(/[.,]/g, '');
  return thousands ? whole : `${whole}.${text.slice(at + 1)}`;
}

const spelled = (code: string, tongue: Tongue): string =>
  code
    .split('-')
    .map((part) => [...part].map((sign) => (/\d/.test(sign) ? tongue.digits(sign) : sign)).join(' '))
    .join(', ');
