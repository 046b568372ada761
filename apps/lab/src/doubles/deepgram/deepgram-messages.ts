/** One alternative's words, placed evenly between the first and the last sound: nothing here measures more. */
export interface Recognised {
  words: string;
  startMs: number;
  endMs: number;
  isFinal: boolean;
  speechFinal?: boolean;
  fromFinalize?: boolean;
}

const CONFIDENCE = 0.9;

export function results({
  words: text,
  startMs,
  endMs,
  isFinal,
  speechFinal = false,
  fromFinalize = false,
}: Recognised): object {
  const start = startMs / 1_000;
  const duration = Math.max(0, endMs - startMs) / 1_000;
  const words = text === '' ? [] : text.split(' ');
  const placed = words.map((word, n) => ({
    word,
    punctuated_word: word,
    start: start + (n * duration) / words.length,
    end: start + ((n + 1) * duration) / words.length,
    confidence: CONFIDENCE,
  }));
  return {
    type: 'Results',
    channel_index: [0, 1],
    start,
    duration,
    is_final: isFinal,
    speech_final: speechFinal,
    from_finalize: fromFinalize,
    channel: { alternatives: [{ transcript: text, confidence: text === '' ? 0 : CONFIDENCE, words: placed }] },
  };
}

export const speechStarted = (timestamp: number): object => ({ type: 'SpeechStarted', channel: [0, 1], timestamp });

export const utteranceEnd = (lastWordEnd: number): object => ({
  type: 'UtteranceEnd',
  channel: [0, 1],
  last_word_end: lastWordEnd,
});

export const metadata = (requestId: string, duration: number): object => ({
  type: 'Metadata',
  request_id: requestId,
  duration,
  channels: 1,
});
