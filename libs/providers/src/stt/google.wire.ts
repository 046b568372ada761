import type { SampleRateHz } from '@app/audio';
import { type Heard, ProviderError, type ProviderFailure, type SpeechToTextOptions } from '@app/conversation/ports';

/** The parts that are read of a `StreamingRecognizeResponse` of `google.cloud.speech.v2`. */
export interface RecognizeResponse {
  results: { isFinal: boolean; alternatives: { transcript: string; confidence: number }[] }[];
}

/** A gRPC status that is not OK. */
export interface CallFailure {
  code?: number;
  details?: string;
}

/** Of gRPC's status codes; all others are trouble of theirs. */
const MEANING: Readonly<Record<number, ProviderFailure>> = {
  3: 'refused', // INVALID_ARGUMENT
  4: 'timed-out', // DEADLINE_EXCEEDED
  5: 'refused', // NOT_FOUND
  7: 'refused', // PERMISSION_DENIED
  8: 'overloaded', // RESOURCE_EXHAUSTED
  9: 'refused', // FAILED_PRECONDITION
  12: 'refused', // UNIMPLEMENTED
  16: 'refused', // UNAUTHENTICATED
};
/** What grpc-js says when it cannot read an answer: under codes that mean something else from a server. */
const UNREADABLE = /larger than max|message parsing error/;

const MOST_PHRASES = 100;
/** Of -20 to 20. */
const BOOST = 10;

export function recognitionRequest(
  recognizer: string,
  model: string,
  { language, rateHz, keyterms = [] }: Pick<SpeechToTextOptions, 'language' | 'rateHz' | 'keyterms'>,
): object {
  const phrases = keyterms.slice(0, MOST_PHRASES).map((value) => ({ value, boost: BOOST }));
  const config = {
    explicitDecodingConfig: {
      encoding: 'LINEAR16',
      sampleRateHertz: rateHz satisfies SampleRateHz,
      audioChannelCount: 1,
    },
    model,
    languageCodes: [language === 'multi' ? 'auto' : language],
    features: { enableAutomaticPunctuation: true },
    ...(phrases.length > 0 && { adaptation: { phraseSets: [{ inlinePhraseSet: { phrases } }] } }),
  };
  return { recognizer, streamingConfig: { config, streamingFeatures: { interimResults: true } } };
}

/** What one answer tells: what is settled first, then the guess at what comes after it. */
export function heardIn({ results }: RecognizeResponse): Heard[] {
  const heard: Heard[] = [];
  let guess = '';
  for (const { isFinal, alternatives } of results) {
    const { transcript = '', confidence = 0 } = alternatives[0] ?? {};
    if (!isFinal) guess += transcript;
    else if (transcript.trim() !== '')
      heard.push({ type: 'words-settled', text: transcript.trim(), confidence: confidence || 1, words: [] }); // 0: not told
  }
  if (guess.trim() !== '') heard.push({ type: 'words-changed', text: guess.trim() });
  return heard;
}

/** Repeats nothing of what the status says beside its code. */
export function failureOf(provider: string, { code = 2, details = '' }: CallFailure): ProviderError {
  const failure = UNREADABLE.test(details) ? 'unreadable' : (MEANING[code] ?? 'unreachable');
  return new ProviderError(provider, failure, { cause: new Error(`gRPC status ${code}`) });
}
