import { type ProviderFailure, type TextToSpeechOptions } from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';
import type { PlacedCharacter } from './word-placer.js';
import { parseMessage, shaped } from '../wire-message.js';

/** Their limit: a sixth context ends the socket (1008, `max_active_conversations`). */
export const MAX_CONTEXTS = 5;
/** Their upper bound of how long a socket may lie unused; the usual is 20. */
const INACTIVITY_SECONDS = 180;

export const FAREWELL = '{"close_socket":true}';

export function streamUrl(
  { url: base, model }: { url: string; model: string },
  { voiceId, language, rateHz }: Pick<TextToSpeechOptions, 'voiceId' | 'language' | 'rateHz'>,
): URL {
  const url = endpoint(base, `/v1/text-to-speech/${encodeURIComponent(voiceId)}/multi-stream-input`);
  const query = {
    model_id: model,
    output_format: `pcm_${rateHz}`,
    auto_mode: 'true',
    sync_alignment: 'true',
    inactivity_timeout: String(INACTIVITY_SECONDS),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const code = languageCodeOf(model, language);
  if (code) url.searchParams.set('language_code', code);
  return url;
}

/** Only the second generation of the fast models takes a language; the others refuse one that they are told. */
export const languageCodeOf = (model: string, language: string): string | undefined =>
  /_(flash|turbo)_v2_5$/.test(model) ? language.split('-')[0] : undefined;

/** All that is said of one piece: a context opens, takes the text, speaks it at once, and closes when it was spoken. */
export function pieceMessages(contextId: string, text: string): string[] {
  return [
    { text: ' ', context_id: contextId },
    { text: `${text.trim()} `, context_id: contextId },
    { context_id: contextId, flush: true },
    { context_id: contextId, close_context: true },
  ].map((message) => JSON.stringify(message));
}

/** What a message of theirs tells of one context; `contextId` is undefined when it speaks of the socket. */
export interface ContextNews {
  contextId: string | undefined;
  sound: Uint8Array;
  /** Placed in ms since the start of `sound`. */
  characters: readonly PlacedCharacter[];
  final: boolean;
  failure: ProviderFailure | undefined;
}

const TIMES = z.array(z.number()).nullish();
const ALIGNMENT = z.object({
  chars: z.array(z.string()).nullish(),
  charStartTimesMs: TIMES,
  charDurationsMs: TIMES,
  charsDurationsMs: TIMES, // both spellings stand in their own pages
});
const ID = z.string().nullish();
// Both spellings of each key are seen: camel case in their schema, snake case in their examples.
const MESSAGE = z.object({
  contextId: ID,
  context_id: ID,
  audio: z.string().nullish(),
  alignment: ALIGNMENT.nullish(),
  isFinal: z.boolean().nullish(),
  is_final: z.boolean().nullish(),
  error: z.string().nullish(),
});

/** @throws ProviderError when it does not follow their documentation */
export function readNews(provider: string, json: string): ContextNews {
  const data = shaped(provider, MESSAGE, parseMessage(json));
  return {
    contextId: data.contextId ?? data.context_id ?? undefined,
    sound: data.audio ? Buffer.from(data.audio, 'base64') : new Uint8Array(0),
    characters: data.alignment ? charactersOf(data.alignment) : [],
    final: data.isFinal ?? data.is_final ?? false,
    failure: data.error ? failureOf(data.error) : undefined,
  };
}

function charactersOf({ chars, charStartTimesMs, charDurationsMs, charsDurationsMs }: z.infer<typeof ALIGNMENT>) {
  const durations = charDurationsMs ?? charsDurationsMs;
  return (chars ?? []).map((text, n): PlacedCharacter => {
    const startMs = charStartTimesMs?.[n] ?? 0;
    return { text, startMs, endMs: startMs + (durations?.[n] ?? 0) };
  });
}

const BUSY = /rate_limit|too_many|system_busy|concurrent|max_active/;
const THEIRS = /internal|server_error|timeout|unavailable/;

/** Their names of errors are not listed anywhere whole: what is not known to pass is taken for a refusal. */
function failureOf(error: string): ProviderFailure {
  if (BUSY.test(error)) return 'overloaded';
  return THEIRS.test(error) ? 'unreachable' : 'refused';
}
