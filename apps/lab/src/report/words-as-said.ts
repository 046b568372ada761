import { numberAt } from './number-words.js';
import { wordsOf } from './words.js';

const MONTHS: ReadonlySet<string> = new Set([
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november'],
  ...['december', 'janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre'],
  ...['novembre', 'décembre'],
]);
/** Said beside figures where a sign or nothing is written. */
const BESIDE_FIGURES: ReadonlySet<string> = new Set([
  ...["o'clock", 'am', 'pm', 'h', 'heure', 'heures', 'percent', 'dollar', 'dollars', 'euro', 'euros', 'pound'],
  ...['pounds', 'cent', 'cents', 'penny', 'pence', 'livre', 'livres', 'centime', 'centimes'],
]);
const HOURS: Readonly<Record<string, string>> = { noon: '12', midi: '12', midnight: '12', minuit: '12' };
const SENTENCE_ENDS = /(?<=[.!?…]["'»”)]*)\s+/u;
const FIGURES = /^\d+$/;
const EMAIL = /[\p{L}\p{N}._+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const IN_EMAILS: Readonly<Record<string, string>> = { '@': ' at ', '.': ' dot ', '-': ' dash ', _: ' underscore ', '+': ' plus ' }; // prettier-ignore

/**
 * The words of a text as they are compared where one side is written ("9:30", "23 November") and the other as it is said
 * ("nine thirty", "November twenty-third"): each run of figures is one word of digits, hours count to twelve, a month
 * stands before its day. Whether it is morning or afternoon, dollars or euros, is not compared.
 */
export const wordsAsSaid = (text: string): string[] =>
  text.split(SENTENCE_ENDS).flatMap((sentence) => joined(monthsFirst(figured(wordsOf(unsigned(sentence))))));

/** What punctuation means beside figures, before it is taken away. */
const unsigned = (sentence: string): string =>
  sentence
    .replace(/\b([ap])\.\s?m\b\.?/gi, '$1m')
    .replace(/\bpour cent\b/gi, ' percent ')
    .replace(EMAIL, (email) => email.replace(/[@._+-]/g, (sign) => IN_EMAILS[sign] ?? sign))
    .replace(/\barobase\b/gi, 'at')
    .replace(/\bpoint\b/gi, 'dot')
    .replace(/\btiret bas\b/gi, 'underscore')
    .replace(/\btiret\b/gi, 'dash')
    .replace(/(?<!\d)(\d{1,2})\s?(?::|h)\s?(\d\d)?(?=\D|$)/gi, (_, hour: string, minute = '00') =>
      Number(hour) > 23 ? `${hour} ${minute}` : ` ${Number(hour) % 12 || 12} ${minute === '00' ? '' : minute} `,
    )
    .replace(/(?<=\d)(st|nd|rd|th|ère|ème|er|re|e)(?![\p{L}\d])/giu, ' ')
    .replace(/(?<=\d)(?=[ap]m\b)/gi, ' ');

/** Number words as digits; what stands beside figures is left out. */
function figured(words: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    const isFigure = FIGURES.test(found.at(-1) ?? '');
    const said = isFigure && word === 'cent' ? undefined : numberAt(words, at); // a coin, after a figure
    const linksCoins = word === 'and' && BESIDE_FIGURES.has(words[at - 1] ?? '') && numberAt(words, at + 1);
    if (said) found.push(String(hourOr(said.value, words[at + said.length])));
    else if (word in HOURS) found.push(HOURS[word] ?? '');
    else if (word === 'oh' && isFigure) found.push('0');
    else if (!linksCoins && !(isFigure && BESIDE_FIGURES.has(word))) found.push(word);
    at += said?.length ?? 1;
  }
  return found;
}

const hourOr = (value: number, next = ''): number => (/^heures?$/.test(next) ? value % 12 || 12 : value);

function monthsFirst(words: readonly string[]): string[] {
  const found = [...words];
  for (let at = 1; at < found.length; at += 1) {
    const day = found[at - 1] === 'of' ? at - 2 : at - 1;
    if (!MONTHS.has(found[at] ?? '') || !FIGURES.test(found[day] ?? '')) continue;
    found.splice(day, at - day + 1, found[at] ?? '', found[day] ?? '');
    at = day + 1;
  }
  return found;
}

function joined(words: readonly string[]): string[] {
  const found: string[] = [];
  for (const word of words) {
    const last = found.at(-1) ?? '';
    if (FIGURES.test(word) && FIGURES.test(last)) found[found.length - 1] = last + word;
    else found.push(word);
  }
  return found.map((word) => (FIGURES.test(word) ? word.replace(/^0+(?=\d)/, '') : word));
}
