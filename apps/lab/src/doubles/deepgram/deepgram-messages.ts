import type { RecognisedWord } from '../../engines/recogniser-engine.js';

/** One `Results`. Places in ms since the session's first sample; theirs are in seconds. */
export interface Told {
  words: readonly RecognisedWord[];
  startMs: number;
  endMs: number;
  isFinal: boolean;
  speechFinal: boolean;
  fromFinalize: boolean;
}

export interface Writing {
  requestId: string;
  /** `punctuate` or `smart_format` was asked for. */
  punctuates: boolean;
}

const MODEL = { name: 'lab', version: '1', arch: 'lab' };
const QUESTION = /^(who|what|when|where|why|how|which|is|are|do|does|did|can|could|would|will|shall|may|have)$/i;
const ENDED = /[.,!?;:…]["')]*$/;

export function results(told: Told, { requestId, punctuates }: Writing): object {
  const { words, startMs, endMs, isFinal, speechFinal, fromFinalize } = told;
  const written = punctuates ? punctuated(words, speechFinal || fromFinalize) : words.map(({ text }) => plain(text));
  const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, words.length);
  const alternative = {
    transcript: written.join(' '),
    confidence,
    words: words.map((word, at) => ({
      word: plain(word.text),
      start: word.startMs / 1_000,
      end: word.endMs / 1_000,
      confidence: word.confidence,
      ...(punctuates && { punctuated_word: written[at] }),
    })),
  };
  return {
    type: 'Results',
    channel_index: [0, 1],
    duration: Math.max(0, endMs - startMs) / 1_000,
    start: startMs / 1_000,
    is_final: isFinal,
    speech_final: speechFinal,
    channel: { alternatives: [alternative] },
    metadata: { request_id: requestId, model_info: MODEL, model_uuid: requestId },
    from_finalize: fromFinalize,
  };
}

/** The same message with nothing understood in it. */
export function wordless(message: object): object {
  const channel = { alternatives: [{ transcript: '', confidence: 0, words: [] }] };
  return { ...message, channel };
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

/** A word of a transcript that nobody asked to be punctuated. */
const plain = (text: string): string => text.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

/** With a capital at the beginning and, where speech has ended, a sign at the end: a recogniser's own words have none. */
export function punctuated(words: readonly RecognisedWord[], ended: boolean): string[] {
  const question = QUESTION.test(words[0]?.text ?? '');
  return words.map(({ text }, at) => {
    const word = at === 0 || /^i('|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
    return ended && at === words.length - 1 && !ENDED.test(word) ? `${word}${question ? '?' : '.'}` : word;
  });
}
