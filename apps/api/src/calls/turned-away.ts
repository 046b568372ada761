import { type PhraseCache, phraseVoiceOf, type TurnedAway } from '@app/conversation';
import {
  type CallSettings,
  type LanguageModel,
  type Line,
  ProviderError,
  type SpeechToText,
  type TextToSpeech,
  type TurnedAwayReason,
  type VoiceDetector,
} from '@app/conversation/ports';

/** Callers that one process answers at once beside those that it serves; beyond them it only hangs up. */
export const MOST_ANSWERS = 10;

/** What a caller gets who is not served: only what needs no provider, and what the line can do. */
export function turnedAwayOf(
  reason: TurnedAwayReason,
  { settings, line, phrases }: { settings: CallSettings; line: Line; phrases: PhraseCache },
): TurnedAway {
  const transferTo = line.capabilities.transfers ? (settings.overflow?.transferTo ?? null) : null;
  const wording = reason === 'no-line' || transferTo ? settings.overflow?.message : settings.phrases.apology;
  const isRendered = wording !== undefined && phrases.find(phraseVoiceOf(settings, line.rateHz), wording);
  return { reason, message: isRendered ? wording : null, transferTo };
}

export const hungUpOn = (reason: TurnedAwayReason): TurnedAway => ({ reason, message: null, transferTo: null });

const NAME = 'nobody/none';
const refused = () => new ProviderError(NAME, 'refused');

/** In place of providers, for a call that needs none: nobody listens, thinks or makes a voice. */
export const NOBODY: { recogniser: SpeechToText; model: LanguageModel; voice: TextToSpeech; detector: VoiceDetector } =
  {
    recogniser: {
      name: NAME,
      capabilities: { wordTimes: false, endpoints: false },
      open: () => Promise.reject(refused()),
    },
    model: {
      name: NAME,
      reply: () => failing(),
    },
    voice: {
      name: NAME,
      capabilities: { wordTimes: false },
      open: () => ({ speak: () => failing() }),
    },
    detector: {
      windowMs: 32,
      open: () => ({ push: () => undefined, close: () => undefined }),
    },
  };

const failing = <Item>(): AsyncIterable<Item> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refused()) }),
});
