import { type Heard, ProviderError, type SpeechToTextOptions } from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';
import type { LiveWire, WireData } from './live-session.js';
import { parseMessage, shaped } from '../wire-message.js';

const MESSAGE = z.object({ type: z.string() });
const TURN = z.object({
  event: z.string(),
  transcript: z.string(), // all of the turn so far
  words: z.array(
    z.object({
      word: z.string(),
      confidence: z.number(),
      start: z.number().optional(), // seconds since the first sample
      end: z.number().optional(),
    }),
  ),
});
type Turn = z.infer<typeof TURN>;

/** When Flux holds a turn for over. */
export interface FluxTurns {
  /** Its certainty from which it says so, 0.5 to 1. */
  eotThreshold: number;
  /** From which it guesses so, 0.3 to 0.9, and not above the other. */
  eagerEotThreshold: number;
  /** Silence after which it says so without being certain. Milliseconds, 500 to 60,000. */
  eotTimeoutMs: number;
}

/** An end that is so new may be what the caller's silence now asks for. */
const JUST_ENDED_MS = 1_000;

export function fluxUrl(
  { url: base, model, ...turns }: { url: string; model: string } & FluxTurns,
  { callId, language, rateHz, keyterms = [] }: SpeechToTextOptions,
): URL {
  const url = endpoint(base, '/v2/listen');
  const query = {
    model,
    encoding: 'linear16',
    sample_rate: String(rateHz),
    eot_threshold: String(turns.eotThreshold),
    eager_eot_threshold: String(turns.eagerEotThreshold),
    eot_timeout_ms: String(turns.eotTimeoutMs),
    tag: callId,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  // A model of one language takes no hint of one.
  if (model.endsWith('-multi') && language !== 'multi')
    url.searchParams.append('language_hint', language.split('-')[0] ?? language);
  for (const keyterm of keyterms) url.searchParams.append('keyterm', keyterm);
  return url;
}

/** One session with Flux, which finds turns by itself and cannot be asked for words. */
export class FluxTurn implements LiveWire {
  readonly farewell = '{"type":"CloseStream"}';
  /** It knows no sign of life but sound. */
  readonly keepAlive: WireData;
  /** The words of the turn as they were told last. */
  #told = '';
  #heardMs = 0;
  #endedAtMs = -Infinity;

  constructor(
    private readonly provider: string,
    private readonly rateHz: number,
  ) {
    this.keepAlive = new Int16Array(rateHz / 50);
  }

  sound(samples: Int16Array): WireData {
    this.#heardMs += (samples.length * 1_000) / this.rateHz;
    return samples;
  }

  /** Whoever asks just after the end of a turn asks for what was told already. */
  finish(): { heard?: Heard[] } {
    if (this.#told !== '' || this.#heardMs - this.#endedAtMs > JUST_ENDED_MS) return {};
    this.#endedAtMs = -Infinity;
    return { heard: [{ type: 'words-settled', text: '', confidence: 1, words: [] }] };
  }

  read(json: string): Heard[] {
    const message = parseMessage(json);
    switch (shaped(this.provider, MESSAGE, message).type) {
      case 'TurnInfo':
        return this.#turn(shaped(this.provider, TURN, message));
      case 'Error':
        throw new ProviderError(this.provider, 'unreachable');
      default:
        return [];
    }
  }

  #turn(turn: Turn): Heard[] {
    switch (turn.event) {
      case 'EagerEndOfTurn':
        return [...this.#changed(turn), { type: 'turn-guessed' }];
      case 'TurnResumed':
        return [{ type: 'turn-resumed' }, ...this.#changed(turn)];
      case 'EndOfTurn':
        return this.#ended(turn);
      default:
        return this.#changed(turn); // a beginning, news of the words, and whatever they add one day
    }
  }

  #changed({ transcript: text }: Turn): Heard[] {
    if (text === this.#told) return [];
    this.#told = text;
    return [{ type: 'words-changed', text }];
  }

  #ended(turn: Turn): Heard[] {
    const { transcript: text, words } = turn;
    if (text === '') return this.#changed(turn); // a noise that was none of the caller's
    this.#told = '';
    this.#endedAtMs = this.#heardMs;
    const confidence = words.length > 0 ? Math.min(...words.map((word) => word.confidence)) : 1;
    return [{ type: 'words-settled', text, confidence, words: words.flatMap(placed) }, { type: 'speech-ended' }];
  }
}

const placed = ({ word: text, start, end }: Turn['words'][number]) =>
  start === undefined || end === undefined
    ? []
    : [{ text, startMs: Math.round(start * 1_000), endMs: Math.round(end * 1_000) }];
