/**
 * Ends that are none: abbreviations after which `Intl.Segmenter` would cut. Lower case, with their dots.
 * Titles and "e.g." are followed by more of the same sentence; "etc." may end one and is not here.
 */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  'mr. mrs. ms. dr. prof. st. ave. no. nr. vs. approx. e.g. i.e. dept. ext. tel. p.ex. ex. m. mm. mme. mlle. me. art. av. bd. boul. env. r.d.v. n°. sr. sra. ud. uds. z.b. d.h.'.split(
    ' ',
  ),
);

/**
 * Cuts streamed text into sentences, each as soon as it is certain that it is whole: the first is spoken while the rest
 * is written. "3.5", "Dr. Who", "p. ex.", "« Oui ! »" and "Bonjour !" stay whole. One for one reply.
 */
export class SentenceCutter {
  readonly #segmenter: Intl.Segmenter;
  #text = '';

  /** @param language BCP 47; for `multi` the rules that all languages share */
  constructor(language: string) {
    this.#segmenter = new Intl.Segmenter(language === 'multi' ? 'und' : language, { granularity: 'sentence' });
  }

  /** Takes a piece of text of any length; returns the sentences that it made whole. */
  push(token: string): string[] {
    this.#text += token;
    if (!/[.!?…:;\n»"”)]\s/.test(this.#text)) return [];
    const sentences = this.#sentences();
    const rest = sentences.pop() ?? '';
    this.#text = rest;
    return sentences.map(speakable).filter((sentence) => sentence !== '');
  }

  /** What is left when nothing more comes. */
  flush(): string[] {
    const rest = this.#sentences();
    this.#text = '';
    return rest.map(speakable).filter((sentence) => sentence !== '');
  }

  #sentences(): string[] {
    const sentences: string[] = [];
    for (const { segment } of this.#segmenter.segment(this.#text)) {
      const before = sentences.at(-1);
      if (before !== undefined && goesOn(before, segment)) sentences[sentences.length - 1] = before + segment;
      else sentences.push(segment);
    }
    return sentences;
  }
}

/** Sentences of a text that is there already. */
export function cutIntoSentences(text: string, language: string): string[] {
  const cutter = new SentenceCutter(language);
  return [...cutter.push(text), ...cutter.flush()];
}

/** Whether `next` belongs to the same sentence after all. */
function goesOn(before: string, next: string): boolean {
  const end = before.trimEnd();
  const lastWord = end.split(/\s+/).at(-1)?.toLowerCase() ?? '';
  if (before.endsWith('\n')) return false;
  if (ABBREVIATIONS.has(lastWord) || /^[a-z]\.$/.test(lastWord)) return true;
  if (/^\d+\.$/.test(lastWord) && /^\s*\d/.test(next)) return true; // "3." "5", split over two tokens
  if (/^\s*[!?:;»]/.test(next)) return true; // French spacing: "Oui !"
  return /[«(]\s*$/.test(end);
}

/** Text as a voice can say it: markup of a model that forgot that it speaks is taken out. */
const speakable = (text: string): string =>
  text
    .replace(/[*_`#]+/g, '')
    .replace(/^\s*[-•]\s+/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
