/** What a word adds to the number that is being said. */
interface NumberWord {
  value: number;
  /** `unit` ends a number, `tens` may be followed by a unit, `times` multiplies what stands before it. */
  kind: 'unit' | 'tens' | 'times';
  french: boolean;
}

const counted = (first: number, words: string): [string, number][] =>
  words.split(' ').map((word, n) => [word, first + n]);

const ENGLISH_UNITS = [
  ...counted(0, 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen'),
  ...counted(16, 'sixteen seventeen eighteen nineteen'),
  ...counted(1, 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth'),
  ...counted(14, 'fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'),
];
const ENGLISH_TENS = [
  ...counted(2, 'twenty thirty forty fifty sixty seventy eighty ninety'),
  ...counted(2, 'twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth'),
];
const FRENCH_UNITS = [
  ...counted(0, 'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize'),
  ...([['une', 1], ['premier', 1], ['première', 1]] as [string, number][]), // prettier-ignore
  ...counted(2, 'deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième'),
];
const FRENCH_TENS = [...counted(2, 'vingt trente quarante cinquante soixante'), ...counted(2, 'vingts')];

const wordOf =
  (kind: NumberWord['kind'], french: boolean, by = 1) =>
  ([word, value]: [string, number]): [string, NumberWord] => [word, { value: value * by, kind, french }];

const WORDS: ReadonlyMap<string, NumberWord> = new Map([
  ...FRENCH_UNITS.map(wordOf('unit', true)),
  ...FRENCH_TENS.map(wordOf('tens', true, 10)),
  ...ENGLISH_UNITS.map(wordOf('unit', false)), // "six" is in both, and counts the same
  ...ENGLISH_TENS.map(wordOf('tens', false, 10)),
  wordOf('times', true)(['cent', 100]),
  wordOf('times', true)(['cents', 100]),
  wordOf('times', true)(['mille', 1_000]),
  wordOf('times', false)(['hundred', 100]),
  wordOf('times', false)(['thousand', 1_000]),
]);

/** How many of `words` from `at` on say one number, and which; undefined where none is said. */
export function numberAt(words: readonly string[], at: number): { value: number; length: number } | undefined {
  let [whole, part, next] = [0, 0, at];
  let last: NumberWord | undefined;
  for (; next < words.length; next += 1) {
    const linked = last !== undefined && LINKS.has(words[next] ?? '') && next + 1 < words.length;
    const word = last || words[next] !== 'cents' ? WORDS.get(words[linked ? next + 1 : next] ?? '') : undefined;
    if (!word || !fits(last, part, word) || (linked && !links(last, word))) break;
    if (word.kind === 'times') [whole, part] = multiplied(whole, part, word.value);
    else part = word.value === 20 && last?.value === 4 ? 80 : part + word.value; // quatre-vingts
    if (linked) next += 1;
    last = word;
  }
  return last && { value: whole + part, length: next - at };
}

const LINKS: ReadonlySet<string> = new Set(['and', 'et']);

/** "two hundred and five", "vingt et un"; not "nine and ten". */
const links = (last: NumberWord | undefined, { french, kind }: NumberWord): boolean =>
  kind !== 'times' && (french ? last?.kind === 'tens' : last?.kind === 'times');

function fits(last: NumberWord | undefined, part: number, { kind, value, french }: NumberWord): boolean {
  if (!last) return kind !== 'times' || french; // "cent", "mille"
  if (kind === 'times') return part > 0 && (last.french || !french || last.value === 6); // "fifty cents" are coins
  if (last.kind === 'times') return value > 0;
  if (french && last.value === 4 && value === 20) return true;
  if (french && last.value === 10) return value >= 7 && value <= 9; // dix-sept
  return last.kind === 'tens' && kind === 'unit' && value > 0 && value < (french && part % 100 >= 60 ? 17 : 10);
}

function multiplied(whole: number, part: number, by: number): [whole: number, part: number] {
  if (by === 1_000) return [(whole + Math.max(1, part)) * by, 0];
  return [whole, Math.max(1, part) * by];
}
