import type { RecognisedWord } from '../../engines/recogniser-engine.js';

/** One `Results`. Places in ms since the session's first sample; theirs are in seconds. */
export interface Recognised {
  text: string;
  words: readonly RecognisedWord[];
  startMs: number;
  endMs: number;
  isFinal: boolean;
  speechFinal?: boolean;
  fromFinalize?: boolean;
}

export function results(told: Recognised): object {
  const { text, words, startMs, endMs, isFinal, speechFinal = false, fromFinalize = false } = told;
  const placed = words.map(({ text: word, startMs: from, endMs: to, confidence }) => ({
    word: word.toLowerCase(),
    punctuated_word: word,
    start: from / 1_000,
    end: to / 1_000,
    confidence,
  }));
  const confidence = words.reduce((least, word) => Math.min(least, word.confidence), text === '' ? 0 : 1);
  return {
    type: 'Results',
    channel_index: [0, 1],
    start: startMs / 1_000,
    duration: Math.max(0, endMs - startMs) / 1_000,
    is_final: isFinal,
    speech_final: speechFinal,
    from_finalize: fromFinalize,
    channel: { alternatives: [{ transcript: text, confidence, words: placed }] },
  };
}

export const speechStarted = (atMs: number): object => ({
  type: 'SpeechStarted',
  channel: [0, 1],
  timestamp: atMs / 1_000,
});

export const utteranceEnd = (lastWordEndMs: number): object => ({
  type: 'UtteranceEnd',
  channel: [0, 1],
  last_word_end: lastWordEndMs / 1_000,
});

export const metadata = (requestId: string, lengthMs: number): object => ({
  type: 'Metadata',
  request_id: requestId,
  duration: lengthMs / 1_000,
  channels: 1,
});
