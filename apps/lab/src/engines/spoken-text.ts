/** A word as it stands in a text, and as flite may be asked to say it: ASCII, empty when there is nothing to say. */
export interface SpokenToken {
  text: string;
  said: string;
}

const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/[‘’ʼ′]/g, "'"],
  [/[“”«»„]/g, ' '],
  [/[–—]/g, ', '],
  [/…/g, '.'],
  [/€/g, ' euros '],
  [/œ/g, 'oe'],
  [/æ/g, 'ae'],
  [/ß/g, 'ss'],
];

/** The stretches between white space, each with what an English voice without accents can make of it. */
export function spokenTokens(text: string): SpokenToken[] {
  return text
    .split(/\s+/)
    .filter((token) => token !== '')
    .map((token) => ({ text: token, said: plain(token) }));
}

function plain(token: string): string {
  const ascii = SIGNS.reduce((kept, [sign, by]) => kept.replace(sign, by), token)
    .normalize('NFD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/[<>|\\^~`_*#]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return /[\p{L}\p{N}&@%$+=]/u.test(ascii) ? ascii : '';
}
