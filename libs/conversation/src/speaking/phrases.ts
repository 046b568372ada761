import type { SampleRateHz } from '@app/audio';
import type { CallSettings, SpokenWord, TextToSpeech } from '../ports/index.js';
import { openingOf } from '../thinking/opening.js';
import { cutIntoSentences } from '../thinking/sentences.js';

/** A phrase as it was rendered. */
export interface RenderedPhrase {
  samples: Int16Array;
  words: readonly SpokenWord[];
}

export interface PhraseVoice {
  /** `vendor/model`. */
  voice: string;
  voiceId: string;
  /** BCP 47. */
  language: string;
  rateHz: SampleRateHz;
}

/** Where rendered phrases outlive the process. It never fails: what it cannot keep or read is rendered again. */
export interface PhraseStore {
  read(key: string): Promise<RenderedPhrase | undefined>;
  write(key: string, phrase: RenderedPhrase): Promise<void>;
}

/** An hour of telephone sound. */
const MAX_BYTES = 64_000_000;

/**
 * What agents say word for word, rendered once: the greeting sounds at once, and an apology needs no provider. When it
 * holds more than `maxBytes` of sound, what was asked for longest ago is forgotten.
 */
export class PhraseCache {
  /** The one that was asked for last is last. */
  readonly #phrases = new Map<string, RenderedPhrase>();
  #bytes = 0;

  constructor(private readonly options: { store?: PhraseStore | undefined; maxBytes?: number } = {}) {}

  get size(): number {
    return this.#phrases.size;
  }

  find(by: PhraseVoice, text: string): RenderedPhrase | undefined {
    const key = keyOf(by, text);
    const phrase = this.#phrases.get(key);
    if (phrase) {
      this.#phrases.delete(key);
      this.#phrases.set(key, phrase);
    }
    return phrase;
  }

  /**
   * Renders what an agent says word for word and is nowhere yet, one after another.
   *
   * @throws ProviderError; what was rendered before it stays
   */
  async warm(settings: CallSettings, voice: TextToSpeech, rateHz: SampleRateHz, signal: AbortSignal): Promise<void> {
    const by = phraseVoiceOf(settings, rateHz);
    const missing: string[] = [];
    for (const text of fixedSentences(settings)) if (!(await this.#recall(keyOf(by, text)))) missing.push(text);
    if (missing.length === 0) return;
    const ending = new AbortController();
    const both = AbortSignal.any([signal, ending.signal]);
    const session = voice.open({ callId: 'phrases', ...by, signal: both });
    try {
      for (const text of missing) {
        const phrase = await rendered(session.speak(text, { signal: both }));
        this.#keep(keyOf(by, text), phrase);
        await this.options.store?.write(keyOf(by, text), phrase);
      }
    } finally {
      ending.abort();
    }
  }

  /** Whether it is here, or was in the store. */
  async #recall(key: string): Promise<boolean> {
    if (this.#phrases.has(key)) return true;
    const phrase = await this.options.store?.read(key);
    if (phrase) this.#keep(key, phrase);
    return phrase !== undefined;
  }

  #keep(key: string, phrase: RenderedPhrase): void {
    this.#bytes += phrase.samples.byteLength - (this.#phrases.get(key)?.samples.byteLength ?? 0);
    this.#phrases.delete(key);
    this.#phrases.set(key, phrase);
    for (const [oldest, { samples }] of this.#phrases) {
      if (this.#bytes <= (this.options.maxBytes ?? MAX_BYTES)) return;
      this.#phrases.delete(oldest);
      this.#bytes -= samples.byteLength;
    }
  }
}

export const phraseVoiceOf = ({ agent, providers }: CallSettings, rateHz: SampleRateHz): PhraseVoice => ({
  voice: providers.voice,
  voiceId: providers.voiceId,
  language: agent.language,
  rateHz,
});

/** Everything in the settings that is said word for word, as the sentences in which it is said. */
export function fixedSentences(settings: CallSettings): string[] {
  const { phrases, overflow, budget, agent } = settings;
  const { oneMoment, sayAgain, cannotHelp = '', notPutThrough = '', stillThere, recovery, cutOff = '' } = phrases;
  const { apology, timeIsUp, goodbye } = phrases;
  const answers = [oneMoment, sayAgain, cannotHelp, notPutThrough, ...stillThere];
  const always = [...answers, recovery, cutOff, apology, timeIsUp, goodbye];
  const closing = cutIntoSentences(budget?.closing ?? '', agent.language);
  const all = [...openingOf(settings), ...always, overflow?.message ?? '', ...closing];
  return [...new Set(all)].filter((text) => text.trim() !== '');
}

async function rendered(spoken: AsyncIterable<RenderedPhrase>): Promise<RenderedPhrase> {
  const stretches: Int16Array[] = [];
  const words: SpokenWord[] = [];
  for await (const part of spoken) {
    stretches.push(part.samples);
    words.push(...part.words);
  }
  const samples = new Int16Array(stretches.reduce((length, stretch) => length + stretch.length, 0));
  let at = 0;
  for (const stretch of stretches) {
    samples.set(stretch, at);
    at += stretch.length;
  }
  return { samples, words };
}

const keyOf = ({ voice, voiceId, language, rateHz }: PhraseVoice, text: string): string =>
  [voice, voiceId, language, rateHz, text].join('\u0000');
