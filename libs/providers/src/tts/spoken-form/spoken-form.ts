import { ENGLISH } from './english.js';
import { FRENCH } from './french.js';
import { PATTERNS, type Writing } from './patterns.js';

/** A stretch of a text: as it is written (words with single spaces), and as it is said. */
export interface SpokenStretch {
  written: string;
  said: string;
}

const WRITINGS: Readonly<Record<string, Writing>> = {
  en: { tongue: ENGLISH, decimal: '.', monthFirst: false },
  'en-us': { tongue: ENGLISH, decimal: '.', monthFirst: true },
  fr: { tongue: FRENCH, decimal: ',', monthFirst: false },
};

/** What a voice of a language is asked to say. Together the stretches hold every word of the text, in order. */
export function spokenForm(text: string, language: string): SpokenStretch[] {
  const tag = language.toLowerCase();
  const writing = WRITINGS[tag] ?? WRITINGS[tag.split('-')[0] ?? ''];
  if (!writing) return stretchesOf(text, []);
  return stretchesOf(text, replacements(text, writing));
}

interface Replacement {
  from: number;
  to: number;
  said: string;
}

/** Without overlaps: what was found first keeps its place. */
function replacements(text: string, writing: Writing): Replacement[] {
  const found: Replacement[] = shortForms(text, writing);
  for (const { looks, say } of PATTERNS) {
    for (const match of text.matchAll(looks)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (found.some((other) => from < other.to && to > other.from)) continue;
      const said = say(match.groups ?? {}, writing);
      if (said !== undefined) found.push({ from, to, said });
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

function shortForms(text: string, { tongue }: Writing): Replacement[] {
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: token, index }) => {
    const short = token.replace(/^[("«]+|[,;:!?)"»]+$/gu, '');
    const said = tongue.abbreviations[short.toLowerCase()];
    const from = index + token.indexOf(short);
    return said === undefined || short === '' ? [] : [{ from, to: from + short.length, said }];
  });
}

/** Grows every replacement to whole words: the sign before or after it is said with it. */
function stretchesOf(text: string, found: readonly Replacement[]): SpokenStretch[] {
  const stretches: SpokenStretch[] = [];
  let next = 0;
  for (let at = firstOf(text, 0); at < text.length;) {
    const first = next;
    let to = endOf(text, at);
    for (let one = found[next]; one && one.from < to; one = found[next]) {
      to = endOf(text, Math.max(to, one.to) - 1);
      next += 1;
    }
    const said = saidOf(text, at, to, found.slice(first, next));
    stretches.push({ written: squeezed(text.slice(at, to)), said: squeezed(said) });
    at = firstOf(text, to);
  }
  return stretches;
}

function saidOf(text: string, from: number, to: number, taken: readonly Replacement[]): string {
  let [said, at] = ['', from];
  for (const { from: start, to: end, said: words } of taken) {
    said += text.slice(at, start) + words;
    at = words.endsWith('.') && text[end] === '.' ? end + 1 : end; // one point ends both
  }
  return said + text.slice(at, to);
}

function firstOf(text: string, at: number): number {
  const found = text.slice(at).search(/\S/);
  return found < 0 ? text.length : at + found;
}

function endOf(text: string, at: number): number {
  const found = text.slice(at).search(/\s/);
  return found < 0 ? text.length : at + found;
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
