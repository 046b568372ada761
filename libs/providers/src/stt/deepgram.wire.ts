import type { SampleRateHz } from '@app/audio';
import { type Heard, type HeardWord, ProviderError, type SpeechToTextOptions } from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';

export const KEEP_ALIVE = '{"type":"KeepAlive"}';
export const FINALIZE = '{"type":"Finalize"}';
export const CLOSE_STREAM = '{"type":"CloseStream"}';

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
export class DeepgramTranscript {
  /** A guess stands that is not settled. */
  #guessed = false;
  /** Since the last words nothing said that they ended. */
  #speaking = false;

  constructor(private readonly provider: string) {}

  /** One message in our words; one that says nothing about the caller comes back empty. @throws ProviderError */
  read(json: string): Heard[] {
    const message = parse(json);
    switch (this.#shaped(MESSAGE, message).type) {
      case 'Results':
        return this.#results(this.#shaped(RESULTS, message));
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

  #shaped<T>(schema: z.ZodType<T>, message: unknown): T {
    const { data, error: cause } = schema.safeParse(message);
    if (data === undefined) throw new ProviderError(this.provider, 'unreadable', { cause });
    return data;
  }
}

const placed = ({ word, punctuated_word: text, start, end }: z.infer<typeof WORD>): HeardWord => ({
  text: text ?? word,
  startMs: Math.round(start * 1_000),
  endMs: Math.round(end * 1_000),
});

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // read as a message of no shape; the error would quote what the caller said
  }
}
