import { ProviderError, type TextToSpeechOptions } from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';
import { parseMessage, shaped } from '../wire-message.js';

export const FLUSH = '{"type":"Flush"}';
export const CLEAR = '{"type":"Clear"}';
export const FAREWELL = '{"type":"Close"}';

export const speakMessage = (text: string): string => JSON.stringify({ type: 'Speak', text });

export function speakUrl(
  { url: base, model }: { url: string; model: string },
  options: Pick<TextToSpeechOptions, 'callId' | 'voiceId' | 'language' | 'rateHz'>,
): URL {
  const url = endpoint(base, '/v1/speak');
  const query = {
    model: modelOf(model, options),
    encoding: 'linear16',
    sample_rate: String(options.rateHz),
    tag: options.callId,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

const WITH_VOICE = /^aura(-\d+)?-[a-z]+-[a-z]{2}$/;

/** With them a voice is a model: `aura-2-thalia-en`. A family of models (`aura-2`) gets the agent's voice and language. */
function modelOf(model: string, { voiceId, language }: Pick<TextToSpeechOptions, 'voiceId' | 'language'>): string {
  return WITH_VOICE.test(model) ? model : `${model}-${voiceId}-${language.split('-')[0] ?? ''}`;
}

const MESSAGE = z.object({ type: z.string() });

/** Which of their messages it is. @throws ProviderError when it is none, or says that they failed */
export function readType(provider: string, json: string): string {
  const { type } = shaped(provider, MESSAGE, parseMessage(json));
  if (type === 'Error') throw new ProviderError(provider, 'refused');
  return type;
}
