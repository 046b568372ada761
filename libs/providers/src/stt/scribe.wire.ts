import { pcmToBase64, type SampleRateHz, samplesIn } from '@app/audio';
import { type Heard, ProviderError, type ProviderFailure, type SpeechToTextOptions } from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';
import type { LiveWire } from './live-session.js';
import { parseMessage, shaped } from '../wire-message.js';

const MESSAGE = z.object({ message_type: z.string() });
const TRANSCRIPT = z.object({ text: z.string() });

/** What their errors mean; all others, `error` and `transcriber_error` among them, are trouble of theirs. */
const MEANING: Partial<Record<string, ProviderFailure>> = {
  auth_error: 'refused',
  quota_exceeded: 'refused',
  unaccepted_terms: 'refused',
  input_error: 'refused',
  invalid_request: 'refused',
  chunk_size_exceeded: 'refused',
  rate_limited: 'overloaded',
  queue_overflow: 'overloaded',
  resource_exhausted: 'overloaded',
};
const TROUBLE: ReadonlySet<string> = new Set(['error', 'transcriber_error', 'session_time_limit_exceeded']);
/** There was too little to commit. */
const NOTHING_TO_SETTLE: ReadonlySet<string> = new Set(['commit_throttled', 'insufficient_audio_activity']);

const MOST_KEYTERMS = 50;
const LONGEST_KEYTERM = 20;
const SILENCE_MS = 20;

export function scribeUrl(
  { url: base, model }: { url: string; model: string },
  { language, rateHz, keyterms = [] }: SpeechToTextOptions,
): URL {
  const url = endpoint(base, '/v1/speech-to-text/realtime');
  const query = { model_id: model, audio_format: `pcm_${rateHz}`, commit_strategy: 'manual' };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (language !== 'multi') url.searchParams.set('language_code', language.split('-')[0] ?? language);
  const taken = keyterms.filter((keyterm) => keyterm.length <= LONGEST_KEYTERM).slice(0, MOST_KEYTERMS);
  for (const keyterm of taken) url.searchParams.append('keyterms', keyterm);
  return url;
}

/** One session with Scribe, which settles words when it is told to. */
export class ScribeTranscript implements LiveWire {
  readonly keepAlive: string;
  /** Segments that will not change and are not committed; the next guess comes after them. */
  #segments = '';

  constructor(
    private readonly provider: string,
    private readonly rateHz: SampleRateHz,
  ) {
    this.keepAlive = this.sound(new Int16Array(samplesIn(SILENCE_MS, rateHz)));
  }

  sound(samples: Int16Array): string {
    return this.#chunk(pcmToBase64(samples), false);
  }

  finish(): { ask: string } {
    return { ask: this.#chunk('', true) };
  }

  read(json: string): Heard[] {
    const message = parseMessage(json);
    const { message_type: type } = shaped(this.provider, MESSAGE, message);
    switch (type) {
      case 'partial_transcript':
        return [{ type: 'words-changed', text: this.#after(shaped(this.provider, TRANSCRIPT, message).text) }];
      case 'final_transcript':
        this.#segments = this.#after(shaped(this.provider, TRANSCRIPT, message).text);
        return [{ type: 'words-changed', text: this.#segments }];
      case 'committed_transcript':
        return this.#settled(shaped(this.provider, TRANSCRIPT, message).text);
      default:
        return this.#other(type);
    }
  }

  #other(type: string): Heard[] {
    if (NOTHING_TO_SETTLE.has(type)) return this.#settled('');
    const failure = MEANING[type] ?? (TROUBLE.has(type) ? 'unreachable' : undefined);
    if (failure) throw new ProviderError(this.provider, failure, { cause: new Error(type) });
    return [];
  }

  #settled(text: string): Heard[] {
    this.#segments = '';
    return [{ type: 'words-settled', text: text.trim(), confidence: 1, words: [] }];
  }

  /** A guess may tell a finished segment again, or leave it out. */
  #after(text: string): string {
    const next = text.trim();
    return next.startsWith(this.#segments) ? next : `${this.#segments} ${next}`.trim();
  }

  #chunk(base64: string, commit: boolean): string {
    return `{"message_type":"input_audio_chunk","audio_base_64":"${base64}","commit":${commit},"sample_rate":${this.rateHz}}`;
  }
}
