import { toCardinal, toOrdinal } from 'n2words/en-US';
import { coins, type Currency, type Tongue } from './tongue.js';

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];

const MONEY: Readonly<Record<Currency, { one: string; many: string; cent: string; cents: string }>> = {
  EUR: { one: 'euro', many: 'euros', cent: 'cent', cents: 'cents' },
  USD: { one: 'dollar', many: 'dollars', cent: 'cent', cents: 'cents' },
  GBP: { one: 'pound', many: 'pounds', cent: 'penny', cents: 'pence' },
  CHF: { one: 'franc', many: 'francs', cent: 'centime', cents: 'centimes' },
};

const digits = (figures: string): string => [...figures].map((figure) => toCardinal(figure)).join(' ');

/** "0" is "oh" where a minute or the end of a year begins with it. */
const pair = (value: number): string => (value < 10 ? `oh ${toCardinal(value)}` : toCardinal(value));

function year(value: number): string {
  const [century, rest] = [Math.floor(value / 100), value % 100];
  if (value < 1_100 || value > 2_099 || (century === 20 && rest < 10)) return toCardinal(value);
  return rest === 0 ? `${toCardinal(century)} hundred` : `${toCardinal(century)} ${pair(rest)}`;
}

function time(hour: number, minute: number, half: boolean): string {
  if (minute === 0 && hour === 0) return 'midnight';
  if (minute === 0 && hour === 12) return 'noon';
  const twelve = toCardinal(hour % 12 === 0 ? 12 : hour % 12);
  const clear = half || hour === 0 || hour > 12;
  const after = clear ? (hour < 12 ? ' a.m.' : ' p.m.') : minute === 0 ? " o'clock" : '';
  return `${twelve}${minute === 0 ? '' : ` ${pair(minute)}`}${after}`;
}

function money(amount: string, currency: Currency): string {
  const { units, hundredths } = coins(amount);
  const names = MONEY[currency];
  const whole = `${toCardinal(units)} ${units === '1' ? names.one : names.many}`;
  const small = `${toCardinal(hundredths)} ${hundredths === 1 ? names.cent : names.cents}`;
  if (hundredths === 0) return whole;
  return units === '0' ? small : `${whole} and ${small}`;
}

/** As it was written in groups; else by threes, and four at the end. */
function phone(written: readonly string[], international: boolean): string {
  const groups = written.length > 1 ? written : groupsOf(written.join(''));
  return `${international ? 'plus ' : ''}${groups.map(digits).join(', ')}`;
}

function groupsOf(figures: string): string[] {
  const last = figures.length % 3 === 1 ? 4 : 3;
  const before = figures.slice(0, -last).match(/\d{1,3}(?=(\d{3})*$)/g) ?? [];
  return [...before, figures.slice(-last)];
}

export const ENGLISH: Tongue = {
  cardinal: (text) => toCardinal(text),
  ordinal: (value) => toOrdinal(value),
  digits,
  phone,
  time,
  date: (day, month, named) =>
    `${capital(MONTHS[month - 1] ?? '')} ${toOrdinal(day)}${named === undefined ? '' : `, ${year(named)}`}`,
  year,
  money,
  words: {
    ...{ percent: 'percent', to: 'to', at: 'at', dot: 'dot', dash: 'dash', underscore: 'underscore' },
    ...{ plus: 'plus', slash: 'slash', degrees: 'degrees' },
  },
  abbreviations: {
    ...{
      'mr.': 'Mister',
      'mrs.': 'Missus',
      'ms.': 'Miz',
      'dr.': 'Doctor',
      'no.': 'number',
      'approx.': 'approximately',
    },
    ...{ 'e.g.': 'for example', 'i.e.': 'that is', 'etc.': 'et cetera', 'ext.': 'extension' },
  },
  units: {
    km: { one: 'kilometre', many: 'kilometres' },
    cm: { one: 'centimetre', many: 'centimetres' },
    kg: { one: 'kilogram', many: 'kilograms' },
    min: { one: 'minute', many: 'minutes' },
    '°c': { one: 'degree', many: 'degrees' },
  },
  months: MONTHS,
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
