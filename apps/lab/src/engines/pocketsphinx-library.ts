import koffi from 'koffi';

// Runs in a process of its own, as it is (see program-beside.ts): nothing here that erasing types would not leave right.

export interface SphinxWord {
  text: string;
  /** Ms since the utterance's first sample. */
  startMs: number;
  endMs: number;
  /** 0 to 1. */
  confidence: number;
}

/** The acoustic model's rate. */
const RATE_HZ = 16_000;
const FRAME_MS = 10;
/** Scores are logarithms to this base. */
const LOG_BASE = 1.0001;
/**
 * Without the second pass and with at most so many hypotheses at once it understands the same (4.9 wrong words of 100,
 * flite's `rms` on a telephone), takes half the time, and is done 13 ms after an utterance (measured 2026-11-21).
 */
const QUICKLY = ['-fwdflat', 'no', '-maxhmmpf', '3000', '-maxwpf', '10'];
/** Silence and noises, and the number of a pronunciation: `one(2)`. */
const NOT_A_WORD = /^[<[+]/;
const PRONUNCIATION = /\(\d+\)$/;

export type SphinxLibrary = ReturnType<typeof loadSphinx>;

/** The functions of PocketSphinx 0.8-5prealpha that a decoder needs. @throws Error when a file cannot be loaded */
export function loadSphinx(libraries: readonly string[]) {
  const [pocket, base] = libraries.map((file) => koffi.load(file)).reverse();
  if (!pocket || !base) throw new Error('PocketSphinx and SphinxBase are two libraries');
  return {
    args: pocket.func('void *ps_args()'),
    configure: base.func('void *cmd_ln_parse_r(void *, void *, int, str *, int)'),
    init: pocket.func('void *ps_init(void *)'),
    start: pocket.func('int ps_start_utt(void *)'),
    process: pocket.func('int ps_process_raw(void *, int16_t *, size_t, int, int)'),
    end: pocket.func('int ps_end_utt(void *)'),
    hypothesis: pocket.func('str ps_get_hyp(void *, _Out_ int *)'),
    firstSegment: pocket.func('void *ps_seg_iter(void *)'),
    nextSegment: pocket.func('void *ps_seg_next(void *)'),
    segmentWord: pocket.func('str ps_seg_word(void *)'),
    segmentFrames: pocket.func('void ps_seg_frames(void *, _Out_ int *, _Out_ int *)'),
    segmentScore: pocket.func('int ps_seg_prob(void *, _Out_ int *, _Out_ int *, _Out_ int *)'),
  };
}

/** One decoder: 113 MB, 0.2 s to load. It learns a line's sound as it goes, so it is used for several calls in turn. */
export class SphinxDecoder {
  readonly #library: SphinxLibrary;
  readonly #decoder: unknown;
  /** All that it ever heard, and that before this utterance: its frames are counted from its first sound. */
  #heardSamples = 0;
  #beganSamples = 0;

  /** @throws Error when the model cannot be loaded */
  constructor(library: SphinxLibrary, model: string) {
    const settings = ['-hmm', `${model}/en-us`, '-dict', `${model}/cmudict-en-us.dict`, '-lm', `${model}/en-us.lm.bin`];
    const args = ['pocketsphinx', ...settings, ...QUICKLY, '-logfn', '/dev/null'];
    this.#library = library;
    this.#decoder = library.init(library.configure(null, library.args(), args.length, args, 1));
    if (!this.#decoder) throw new Error('PocketSphinx could not load its model');
  }

  begin(): void {
    this.#beganSamples = this.#heardSamples;
    this.#library.start(this.#decoder);
  }

  hear(samples: Int16Array): void {
    this.#library.process(this.#decoder, samples, samples.length, 0, 0);
    this.#heardSamples += samples.length;
  }

  guess(): string {
    return String(this.#library.hypothesis(this.#decoder, [0]) ?? '').replaceAll(/\(\d+\)/g, '');
  }

  end(): SphinxWord[] {
    const { firstSegment, nextSegment } = this.#library;
    this.#library.end(this.#decoder);
    const words: SphinxWord[] = [];
    for (let segment: unknown = firstSegment(this.#decoder); segment; segment = nextSegment(segment)) {
      const word = this.#read(segment);
      if (!NOT_A_WORD.test(word.text)) words.push(word);
    }
    return words;
  }

  #read(segment: unknown): SphinxWord {
    const [first, last] = [[0], [0]];
    this.#library.segmentFrames(segment, first, last);
    const score = Number(this.#library.segmentScore(segment, [0], [0], [0]));
    const beganMs = (this.#beganSamples * 1_000) / RATE_HZ;
    return {
      text: String(this.#library.segmentWord(segment)).replace(PRONUNCIATION, ''),
      startMs: Math.max(0, (first[0] ?? 0) * FRAME_MS - beganMs),
      endMs: Math.max(0, ((last[0] ?? 0) + 1) * FRAME_MS - beganMs),
      confidence: Math.min(1, LOG_BASE ** score),
    };
  }
}
