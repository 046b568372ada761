import { encodeWav, type SampleRateHz } from '@app/audio';
import type { SpeechToTextOptions } from '@app/conversation/ports';
import { toFile } from 'openai';
import type { TranscriptionCreateParamsNonStreaming } from 'openai/resources/audio/transcriptions';
import { z } from 'zod';
import { shaped } from '../wire-message.js';

const ANSWER = z.object({ text: z.string() });

/** Theirs refuses sound that is shorter. */
export const LEAST_SOUND_MS = 100;

/** Only these take lists of languages and of words; all others take one language and a text to go on from. */
const TAKES_LISTS = /^gpt-transcribe/;

export async function transcriptionBody(
  model: string,
  sound: { samples: Int16Array; rateHz: SampleRateHz },
  { language, keyterms = [] }: Pick<SpeechToTextOptions, 'language' | 'keyterms'>,
): Promise<TranscriptionCreateParamsNonStreaming> {
  const wav = encodeWav({ rateHz: sound.rateHz, channels: [sound.samples] });
  const file = await toFile(wav, 'utterance.wav', { type: 'audio/wav' });
  const known = language === 'multi' ? undefined : language.split('-')[0];
  const body = { file, model, response_format: 'json' as const };
  if (TAKES_LISTS.test(model))
    return { ...body, ...(known && { languages: [known] }), ...(keyterms.length > 0 && { keywords: [...keyterms] }) };
  return { ...body, ...(known && { language: known }), ...(keyterms.length > 0 && { prompt: keyterms.join(', ') }) };
}

/** What was understood. @throws ProviderError */
export const textOf = (provider: string, answer: unknown): string => shaped(provider, ANSWER, answer).text.trim();
