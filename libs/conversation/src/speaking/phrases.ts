import type { SampleRateHz } from '@app/audio';
import type { CallSettings, SpokenWord, TextToSpeech } from '../ports/index.js';
import { openingOf } from '../thinking/opening.js';

/** A phrase as it was rendered. */
export interface RenderedPhrase {
  samples: Int16Array;
  words: readonly SpokenWord[];
}

export interface PhraseVoice {
  /** `vendor/model`. */
  voice: string;
  voiceId: string;
  rateHz: SampleRateHz;
}

/** What agents say word for word, rendered once: the greeting sounds at once, and an apology needs no provider. */
export class PhraseCache {
  readonly #phrases = new Map<string, RenderedPhrase>();

  get size(): number {
    return this.#phrases.size;
  }

  find(by: PhraseVoice, text: string): RenderedPhrase | undefined {
    return this.#phrases.get(keyOf(by, text));
  }

  /**
   * Renders what an agent says word for word and is not there yet, one after another.
   *
   * @throws ProviderError; what was rendered before it stays
   */
  async warm(settings: CallSettings, voice: TextToSpeech, rateHz: SampleRateHz, signal: AbortSignal): Promise<void> {
    const { voiceId } = settings.providers;
    const by = { voice: settings.providers.voice, voiceId, rateHz };
    const missing = fixedSentences(settings).filter((text) => !this.find(by, text));
    if (missing.length === 0) return;
    const ending = new AbortController();
    const both = AbortSignal.any([signal, ending.signal]);
    const session = voice.open({ callId: 'phrases', voiceId, language: settings.agent.language, rateHz, signal: both });
    try {
      for (const text of missing)
        this.#phrases.set(keyOf(by, text), await rendered(session.speak(text, { signal: both })));
    } finally {
      ending.abort();
    }
  }
}

/** Everything in the settings that is said word for word, as the sentences in which it is said. */
export function fixedSentences(settings: CallSettings): string[] {
  const { phrases, overflow } = settings;
  const { oneMoment, sayAgain, cannotHelp = '', stillThere, recovery, apology, timeIsUp, goodbye } = phrases;
  const always = [oneMoment, sayAgain, cannotHelp, ...stillThere, recovery, apology, timeIsUp, goodbye];
  const all = [...openingOf(settings), ...always, overflow?.message ?? ''];
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

const keyOf = ({ voice, voiceId, rateHz }: PhraseVoice, text: string): string =>
  [voice, voiceId, rateHz, text].join('\u0000');
