import { encodeMulaw, pcmToBase64, Resampler, type SampleRateHz } from '@app/audio';
import { type Heard, ProviderError, type ProviderFailure, type SpeechToTextOptions } from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';
import type { LiveWire } from './live-session.js';
import { TranscriptionItems } from './transcription-items.js';
import { parseMessage, shaped } from '../wire-message.js';

const MESSAGE = z.object({ type: z.string() });
const OF_ITEM = z.object({ item_id: z.string() });
const DELTA = OF_ITEM.extend({ delta: z.string().default('') });
const COMPLETED = OF_ITEM.extend({ transcript: z.string() });
const ERROR = z.object({ error: z.object({ type: z.string().nullish(), code: z.string().nullish() }) });

const TRANSCRIPTION = 'conversation.item.input_audio_transcription';
/** Linear sound goes at this rate only; telephone sound as µ-law. */
const PCM_HZ = 24_000;

const MEANING: Partial<Record<string, ProviderFailure>> = {
  invalid_request_error: 'refused',
  authentication_error: 'refused',
  insufficient_quota: 'refused',
  rate_limit_exceeded: 'overloaded',
  rate_limit_error: 'overloaded',
};

/** Who finds where an utterance ends: `ours` commits when the core asks, `server` is theirs, where a model has it. */
export type OpenAiTurnDetection = 'ours' | 'server';

export function liveUrl(base: string): URL {
  const url = endpoint(base.replace(/^http/, 'ws'), '/realtime');
  url.searchParams.set('intent', 'transcription'); // and no model: with one it would be a conversation
  return url;
}

export interface LiveSettings {
  model: string;
  turnDetection: OpenAiTurnDetection;
}

/** One session of OpenAI's live transcription. */
export class OpenAiTranscript implements LiveWire {
  readonly opening: string;
  readonly #items = new TranscriptionItems();
  readonly #resampler: Resampler | undefined;

  /** @throws Error when sound must be resampled and `loadResampler` has not resolved yet */
  constructor(
    private readonly provider: string,
    private readonly settings: LiveSettings,
    private readonly rateHz: SampleRateHz,
    asked: Pick<SpeechToTextOptions, 'language' | 'keyterms'>,
  ) {
    this.opening = JSON.stringify(sessionUpdate(settings, rateHz, asked));
    this.#resampler = rateHz === 8_000 ? undefined : new Resampler(rateHz, PCM_HZ);
  }

  sound(samples: Int16Array): string {
    const audio = this.#resampler
      ? pcmToBase64(this.#resampler.process(samples))
      : Buffer.from(encodeMulaw(samples, new Uint8Array(samples.length))).toString('base64');
    return `{"type":"input_audio_buffer.append","audio":"${audio}"}`;
  }

  finish(): { ask?: string } {
    return this.settings.turnDetection === 'ours' ? { ask: '{"type":"input_audio_buffer.commit"}' } : {};
  }

  close(): void {
    this.#resampler?.close();
  }

  read(json: string): Heard[] {
    const message = parseMessage(json);
    switch (shaped(this.provider, MESSAGE, message).type) {
      case 'input_audio_buffer.committed': // its place among the others is known
        return this.#items.add(shaped(this.provider, OF_ITEM, message).item_id, '');
      case `${TRANSCRIPTION}.delta`: {
        const { item_id, delta } = shaped(this.provider, DELTA, message);
        return this.#items.add(item_id, delta);
      }
      case `${TRANSCRIPTION}.completed`: {
        const { item_id, transcript } = shaped(this.provider, COMPLETED, message);
        return this.#ended(this.#items.settle(item_id, transcript));
      }
      case `${TRANSCRIPTION}.failed`:
        return this.#ended(this.#items.settle(shaped(this.provider, OF_ITEM, message).item_id, undefined));
      case 'error':
        return this.#error(shaped(this.provider, ERROR, message).error);
      default:
        return [];
    }
  }

  /** Where theirs finds the end of speech, it lies behind each stretch. */
  #ended(heard: Heard[]): Heard[] {
    if (this.settings.turnDetection === 'ours') return heard;
    const isSettled = ({ type }: Heard) => type === 'words-settled';
    return heard.flatMap((item) => (isSettled(item) ? [item, { type: 'speech-ended' as const }] : [item]));
  }

  #error({ type, code }: z.infer<typeof ERROR>['error']): Heard[] {
    if (code === 'input_audio_buffer_commit_empty')
      return [{ type: 'words-settled', text: '', confidence: 1, words: [] }];
    const failure = MEANING[code ?? ''] ?? MEANING[type ?? ''] ?? 'unreachable';
    throw new ProviderError(this.provider, failure, { cause: new Error([type, code].filter(Boolean).join(' ')) });
  }
}

function sessionUpdate(
  { model, turnDetection }: LiveSettings,
  rateHz: SampleRateHz,
  { language, keyterms = [] }: Pick<SpeechToTextOptions, 'language' | 'keyterms'>,
): object {
  const known = language === 'multi' ? undefined : language.split('-')[0];
  const takesLists = model !== 'gpt-realtime-whisper'; // which takes one language, and no words
  const hints = takesLists
    ? { ...(known && { languages: [known] }), ...(keyterms.length > 0 && { keywords: keyterms }) }
    : { ...(known && { language: known }) };
  const input = {
    format: rateHz === 8_000 ? { type: 'audio/pcmu' } : { type: 'audio/pcm', rate: PCM_HZ },
    transcription: { model, ...hints },
    turn_detection: turnDetection === 'ours' ? null : { type: 'server_vad' },
  };
  return { type: 'session.update', session: { type: 'transcription', audio: { input } } };
}
