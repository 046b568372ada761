/** What turn-taking knows of a language. Entries are lower case, without punctuation. */
export interface TurnWords {
  /** Said while the other speaks, to encourage: they ask for nothing. */
  backchannels: readonly string[];
  /** Answers to a yes-or-no question that are whole by themselves. */
  yesNo: readonly string[];
  /** As the last word they ask for more. */
  continuations: readonly string[];
}

const ENGLISH: TurnWords = {
  backchannels: ['mm hm', 'mm', 'mhm', 'hmm', 'hm', 'uh huh', 'uh-huh', 'mm-hm', 'yes', 'yeah', 'yep', 'ok', 'okay', 'right', 'sure', 'i see', 'got it', 'alright', 'all right', 'good', 'great', 'ah', 'oh', 'aha'], // prettier-ignore
  yesNo: ['yes', 'yeah', 'yep', 'no', 'nope', 'sure', 'ok', 'okay', 'of course', 'please', 'yes please', 'no thanks', 'no thank you', 'correct', 'exactly', "that's right", 'perfect'], // prettier-ignore
  continuations: ['and', 'but', 'or', 'so', 'because', 'um', 'uh', 'er', 'the', 'a', 'an', 'my', 'your', 'to', 'for', 'with', 'of', 'at', 'in', 'on', 'from', 'is', 'are', "it's", 'i', "i'm", 'if', 'that', 'like', 'about', 'then', 'well'], // prettier-ignore
};

const FRENCH: TurnWords = {
  backchannels: ['mm', 'mhm', 'hmm', 'hum', 'oui', 'ouais', 'ok', "d'accord", 'daccord', 'très bien', 'bien', 'je vois', 'ah', 'ah oui', 'oui oui', 'voilà', 'bon', 'parfait'], // prettier-ignore
  yesNo: ['oui', 'ouais', 'non', 'si', "d'accord", 'ok', 'bien sûr', 'volontiers', 'exactement', "c'est ça", 'non merci', 'oui merci', 'parfait', 'tout à fait'], // prettier-ignore
  continuations: ['et', 'mais', 'ou', 'donc', 'car', 'parce que', 'euh', 'heu', 'le', 'la', 'les', 'un', 'une', 'des', 'de', 'du', 'mon', 'ma', 'mes', 'pour', 'avec', 'à', 'au', 'en', 'dans', 'sur', 'que', 'qui', 'je', "j'ai", 'si', 'alors', 'ben'], // prettier-ignore
};

const SPANISH: TurnWords = {
  backchannels: ['mm', 'mhm', 'aja', 'ajá', 'sí', 'si', 'vale', 'claro', 'ok', 'ya', 'bien', 'de acuerdo', 'ah'],
  yesNo: ['sí', 'si', 'no', 'vale', 'claro', 'ok', 'correcto', 'exacto', 'no gracias', 'sí gracias', 'por supuesto'],
  continuations: ['y', 'pero', 'o', 'porque', 'eh', 'este', 'el', 'la', 'los', 'las', 'un', 'una', 'mi', 'para', 'con', 'de', 'a', 'en', 'que', 'si', 'pues'], // prettier-ignore
};

/** Of a BCP 47 tag; of `multi` or a language that is not listed, all lists together. */
export function turnWordsOf(language: string): TurnWords {
  const known: Record<string, TurnWords> = { en: ENGLISH, fr: FRENCH, es: SPANISH };
  return known[language.slice(0, 2).toLowerCase()] ?? EVERY;
}

const EVERY: TurnWords = {
  backchannels: [ENGLISH, FRENCH, SPANISH].flatMap((words) => words.backchannels),
  yesNo: [ENGLISH, FRENCH, SPANISH].flatMap((words) => words.yesNo),
  continuations: ENGLISH.continuations,
};

/** Lower case, no punctuation but apostrophes and hyphens inside words, single spaces. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}'\- ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Nothing but encouragement: every word of it belongs to a backchannel. */
export function isBackchannel(text: string, language: string): boolean {
  let rest = plain(text);
  if (rest === '') return false;
  const { backchannels } = turnWordsOf(language);
  const longestFirst = [...backchannels].sort((a, b) => b.length - a.length);
  while (rest !== '') {
    const next = longestFirst.find((word) => rest === word || rest.startsWith(`${word} `));
    if (next === undefined) return false;
    rest = rest.slice(next.length).trim();
  }
  return true;
}
