/** A bug that is planted to see whether the specs would notice it. */
export interface Bug {
  /** From the root of the repository. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  /** Every one of these must turn red. */
  specs: readonly string[];
  /** What it would do to a call. */
  why: string;
}

/** The entry does not fit the code any more: it plants nothing, and so proves nothing. */
export class DoesNotApply extends Error {}

/** The file with the bug in it. @throws DoesNotApply when the text is not there, or there twice, or stays the same */
export function withBug(source: string, { find, replace }: Bug): string {
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined) throw new DoesNotApply('the text is not in the file');
  if (more.length > 0) throw new DoesNotApply(`the text is in the file ${more.length + 1} times`);
  if (find === replace) throw new DoesNotApply('the replacement changes nothing');
  return before + replace + after;
}

/** Those whose file or sentence holds all words of the filter. */
export function chosen(bugs: readonly Bug[], filter: readonly string[]): Bug[] {
  return bugs.filter(({ file, why }) => filter.every((word) => `${file} ${why}`.includes(word)));
}
