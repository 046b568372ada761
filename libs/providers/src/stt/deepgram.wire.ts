import type { SampleRateHz } from '@app/audio';
import { type Heard, type HeardWord, ProviderError, type SpeechToTextOptions } from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';
import type { LiveWire, WireData } from './live-session.js';
import { parseMessage, shaped } from '../wire-message.js';

const KEEP_ALIVE = '{"type":"KeepAlive"}';
const FINALIZE = '{"type":"Finalize"}';
const CLOSE_STREAM = '{"type":"CloseStream"}';

// Only what is used, so that a field they add or drop elsewhere breaks nothing. `channel` is an array of numbers in
// some messages: each type is read on its own.
const MESSAGE = z.object({ type: z.string() });
const WORD = z.object({
  word: z.string(),
  punctuated_word: z.string().optional(),
  start: z.number(), // seconds since the first sample
  end: z.number(),
});
const RESULTS = z.object({
  is_final: z.boolean(),
  speech_final: z.boolean().optional(),
  from_finalize: z.boolean().optional(),
  channel: z.object({
    alternatives: z
      .array(z.object({ transcript: z.string(), confidence: z.number(), words: z.array(WORD).optional() }))
      .min(1),
  }),
});

/** Languages that Deepgram knows in more than one region; of all others it takes the language alone. */
const REGIONAL = /^(en-(AU|GB|IN|NZ|US)|fr-CA|es-419|de-CH|nl-BE|pt-(BR|PT)|zh-(CN|TW|HK))$/;

const languageOf = (language: string): string => (REGIONAL.test(language) ? language : (language.split('-')[0] ?? ''));

/** What of the recogniser's own judgement is asked for. Milliseconds. */
export interface DeepgramEndpointing {
  /** Silence after which it ends an utterance. */
  endpointingMs: number;
  /** Gap between two words, whatever noise is in it, after which it ends one; at least 1,000. */
  utteranceEndMs: number;
}

export function listenUrl(
  { url: base, model, ...judgement }: { url: string; model: string } & DeepgramEndpointing,
  options: Pick<SpeechToTextOptions, 'callId' | 'language' | 'keyterms'> & { rateHz: SampleRateHz },
): URL {
  const url = endpoint(base, '/v1/listen');
  const query = {
    model,
    language: languageOf(options.language),
    encoding: 'linear16',
    sample_rate: String(options.rateHz),
    channels: '1',
    interim_results: 'true',
    smart_format: 'true',
    punctuate: 'true',
    endpointing: String(judgement.endpointingMs),
    utterance_end_ms: String(judgement.utteranceEndMs),
    vad_events: 'true', // their examples never ask for the end of an utterance without it
    tag: options.callId,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  for (const keyterm of options.keyterms ?? []) url.searchParams.append('keyterm', keyterm);
  return url;
}

/** Reads the messages of one session in order. */
export class DeepgramTranscript implements LiveWire {
  readonly keepAlive = KEEP_ALIVE;
  readonly farewell = CLOSE_STREAM;

  /** A guess stands that is not settled. */
  #guessed = false;
  /** Since the last words nothing said that they ended. */
  #speaking = false;

  constructor(private readonly provider: string) {}

  sound(samples: Int16Array): WireData {
    return samples;
  }

  finish(): { ask: string } {
    return { ask: FINALIZE };
  }

  read(json: string): Heard[] {
    const message = parseMessage(json);
    switch (shaped(this.provider, MESSAGE, message).type) {
      case 'Results':
        return this.#results(shaped(this.provider, RESULTS, message));
      case 'UtteranceEnd':
        return this.#ended();
      case 'Error':
        throw new ProviderError(this.provider, 'unreachable');
      default:
        return [];
    }
  }

  #results({ is_final: final, speech_final: ends, from_finalize: asked, channel }: z.infer<typeof RESULTS>): Heard[] {
    const best = channel.alternatives[0];
    const heard: Heard[] = [];
    if (best?.transcript) {
      this.#speaking = true;
      const { transcript: text, confidence, words = [] } = best;
      heard.push(
        final ? { type: 'words-settled', text, confidence, words: words.map(placed) } : { type: 'words-changed', text },
      );
    } else if (final && asked) {
      heard.push({ type: 'words-settled', text: '', confidence: 1, words: [] }); // nothing was in flight any more
    } else if (this.#guessed) {
      heard.push({ type: 'words-changed', text: '' }); // the guess came to nothing
    }
    this.#guessed = Boolean(best?.transcript) && !final;
    return ends ? [...heard, ...this.#ended()] : heard;
  }

  /** Both kinds of end may come for the same words; they are told once. */
  #ended(): Heard[] {
    if (!this.#speaking) return [];
    this.#speaking = false;
    return [{ type: 'speech-ended' }];
  }
}

const placed = ({ word, punctuated_word: text, start, end }: z.infer<typeof WORD>): HeardWord => ({
  text: text ?? word,
  startMs: Math.round(start * 1_000),
  endMs: Math.round(end * 1_000),
});
