import type { SampleRateHz } from '@app/audio';
import {
  ProviderError,
  type Spoken,
  type TextToSpeechOptions,
  type TextToSpeechSession,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { Deadline } from '../deadline.js';
import { untilAborted } from '../until-aborted.js';
import type { ProviderTimeouts } from '../vendor-config.js';
import { LineSound } from './line-sound.js';

/** More than anybody says in one piece: what goes on for longer does not end by itself. */
const MAX_PIECE_MS = 180_000;

/** Bytes that one piece may have. */
export const maxPieceBytes = (rateHz: number): number => (MAX_PIECE_MS / 1_000) * rateHz * 2;

/** One piece as it is asked for. */
export interface SpeechRequest {
  text: string;
  /** `<call id>-<n>`: what a vendor may be told of it. */
  pieceId: string;
  /** Aborts when nobody listens any more, whatever the reason. */
  signal: AbortSignal;
}

export interface HttpSpeech {
  /** `vendor/model`. */
  provider: string;
  clock: Clock;
  timeouts: ProviderTimeouts;
  /** Of what the vendor sends: headless, signed 16 bits, mono. */
  fromHz: number;
  /** Resolves with the answer when its body begins. */
  ask: (request: SpeechRequest) => Promise<Response>;
  /** What `ask` or the reading of a body threw, as a ProviderError; a bug comes back as it is. */
  toProviderError: (error: unknown) => unknown;
}

/** A voice that is asked for each piece by a request of its own, and answers with nothing but its sound. */
export function httpSpeechSession(speech: HttpSpeech, options: TextToSpeechOptions): TextToSpeechSession {
  let pieces = 0;
  return {
    speak(text, { signal }) {
      const pieceId = `${options.callId}-${++pieces}`;
      return spoken(speech, { text, pieceId, signal: AbortSignal.any([options.signal, signal]) }, options.rateHz);
    },
  };
}

async function* spoken(speech: HttpSpeech, request: SpeechRequest, rateHz: SampleRateHz): AsyncGenerator<Spoken> {
  request.signal.throwIfAborted();
  if (request.text.trim() === '') return;
  const { provider, clock, fromHz } = speech;
  const { firstMs, idleMs } = speech.timeouts;
  const ending = new AbortController();
  const deadline = new Deadline(clock, () => ending.abort(new ProviderError(provider, 'timed-out')));
  const signal = AbortSignal.any([request.signal, ending.signal]);
  deadline.within(firstMs);
  const sound = await LineSound.open(fromHz, rateHz);
  try {
    for await (const bytes of untilAborted(bodyOf(speech, { ...request, signal }), signal)) {
      deadline.met(); // a slow reader is not a slow voice
      const samples = sound.read(bytes);
      if (samples.length > 0) yield { samples, words: [] };
      deadline.within(idleMs);
    }
    deadline.met();
    const samples = sound.end();
    if (samples.length > 0) yield { samples, words: [] };
  } catch (error) {
    request.signal.throwIfAborted();
    throw speech.toProviderError(error);
  } finally {
    deadline.met();
    sound.close();
    ending.abort(); // an answer that is left open would keep its connection
  }
}

async function* bodyOf({ provider, ask }: HttpSpeech, request: SpeechRequest): AsyncGenerator<Uint8Array> {
  const { body, headers } = await ask(request);
  const isText = /^text\/|json|html/.test(headers.get('content-type') ?? '');
  if (!body || isText) throw new ProviderError(provider, 'unreadable');
  yield* body;
}

/** How `fetch` says that there is no answer, or not the whole of one; anything else comes back as it is. */
export function fetchFailure(provider: string, error: unknown): unknown {
  if (error instanceof ProviderError || !isOfFetch(error)) return error;
  if (isMalformed(error)) return new ProviderError(provider, 'unreadable'); // its cause holds what could not be read
  return new ProviderError(provider, 'unreachable', { cause: error });
}

const isOfFetch = (error: unknown): error is Error =>
  typeof error === 'object' &&
  error !== null &&
  'message' in error &&
  (error.message === 'terminated' || error.message === 'fetch failed');

const isMalformed = ({ cause }: Error): boolean =>
  typeof cause === 'object' && cause !== null && 'name' in cause && cause.name === 'HTTPParserError';
