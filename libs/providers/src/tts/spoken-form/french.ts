import { toCardinal, toOrdinal } from 'n2words/fr-FR';
import { coins, type Currency, type Tongue } from './tongue.js';

const MONTHS = [
  ...['janvier', 'février', 'mars', 'avril', 'mai', 'juin'],
  ...['juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
];

const MONEY: Readonly<Record<Currency, { one: string; many: string }>> = {
  EUR: { one: 'euro', many: 'euros' },
  USD: { one: 'dollar', many: 'dollars' },
  GBP: { one: 'livre', many: 'livres' },
  CHF: { one: 'franc', many: 'francs' },
};
const FEMININE: ReadonlySet<string> = new Set(['livre', 'minute', 'heure']);

const digits = (figures: string): string => [...figures].map((figure) => toCardinal(figure)).join(' ');

/** "01" is "zéro un", "10" is "dix". */
const pair = (figures: string): string => (figures.startsWith('0') ? digits(figures) : toCardinal(figures));

/** "un" agrees with what it counts: "une heure", "vingt et une minutes". */
const counted = (figures: string, one: string, many: string): string => {
  const said = toCardinal(figures);
  const agreed = FEMININE.has(one) ? said.replace(/\bun$/, 'une') : said;
  return `${agreed} ${Number(figures) < 2 ? one : many}`;
};

function time(hour: number, minute: number): string {
  const whole = hour === 0 ? 'minuit' : hour === 12 ? 'midi' : counted(String(hour), 'heure', 'heures');
  if (minute === 0) return whole;
  return `${whole} ${minute < 10 ? `zéro ${toCardinal(minute)}` : toCardinal(minute).replace(/\bun$/, 'une')}`;
}

function money(amount: string, currency: Currency): string {
  const { units, hundredths } = coins(amount);
  const { one, many } = MONEY[currency];
  if (units === '0' && hundredths > 0) return `${toCardinal(hundredths)} ${hundredths === 1 ? 'centime' : 'centimes'}`;
  const whole = counted(units, one, many);
  return hundredths === 0 ? whole : `${whole} ${toCardinal(hundredths)}`;
}

/** Two by two, as everybody in France tells a number; after a country's code the odd figure stands alone. */
function phone(groups: readonly string[], international: boolean): string {
  const figures = groups.join('');
  if (!international) return pairs(figures);
  const code = figures.startsWith('33') ? 2 : 1;
  return `plus ${pair(figures.slice(0, code))}, ${pairs(figures.slice(code))}`;
}

function pairs(figures: string): string {
  const odd = figures.length % 2;
  const rest = figures.slice(odd).match(/\d\d/g) ?? [];
  return [...(odd ? [figures.slice(0, 1)] : []), ...rest].map(pair).join(', ');
}

export const FRENCH: Tongue = {
  cardinal: (text) => toCardinal(text),
  ordinal: (value, gender) => (value === 1 && gender === 'feminine' ? 'première' : toOrdinal(value)),
  digits,
  phone,
  time,
  date: (day, month, named) =>
    [
      day === 1 ? 'premier' : toCardinal(day),
      MONTHS[month - 1] ?? '',
      ...(named === undefined ? [] : [toCardinal(named)]),
    ].join(' '),
  year: (value) => toCardinal(value),
  money,
  words: {
    ...{ percent: 'pour cent', to: 'à', at: 'arobase', dot: 'point', dash: 'tiret', underscore: 'tiret bas' },
    ...{ plus: 'plus', slash: 'barre oblique', degrees: 'degrés' },
  },
  abbreviations: {
    ...{ 'm.': 'Monsieur', mme: 'Madame', mlle: 'Mademoiselle', dr: 'Docteur', 'dr.': 'Docteur', 'n°': 'numéro' },
    ...{ 'etc.': 'et cetera', 'p.ex.': 'par exemple', rdv: 'rendez-vous', 'tél.': 'téléphone', 'env.': 'environ' },
  },
  units: {
    km: { one: 'kilomètre', many: 'kilomètres' },
    cm: { one: 'centimètre', many: 'centimètres' },
    kg: { one: 'kilo', many: 'kilos' },
    min: { one: 'minute', many: 'minutes' },
    '°c': { one: 'degré', many: 'degrés' },
  },
  months: MONTHS,
};
