/** Who hears, thinks and speaks in one call. */
export interface Choice {
  recogniser: string;
  model: string;
  voice: string;
  /** As the voice's vendor calls who speaks. */
  voiceId: string;
}

const SPEAKING = 'openai-realtime/gpt-realtime-2.1';

/** In as few calls as there are recognisers: each recogniser, each model and each voice that there is, and a model that speaks. */
export const CHOICES: readonly Choice[] = [
  choice('deepgram/nova-3', 'openai/gpt-6-luna', 'elevenlabs/eleven_flash_v2_5#EXAVITQu4vr4xnSDxMaL'),
  choice('deepgram/flux-general-en', 'anthropic/claude-haiku-5-5', 'deepgram/aura-2#thalia'),
  choice('openai/gpt-live-transcribe', 'gemini/gemini-3.5-flash-lite', 'elevenlabs-http/eleven_flash_v2_5#EXAVITQu4vr4xnSDxMaL'), // prettier-ignore
  choice('openai/gpt-transcribe', 'openai-compatible/default', 'openai/gpt-4o-mini-tts#coral'),
  choice('openai-compatible/default', 'openai/gpt-6-luna', 'openai-compatible/default#coral'),
  choice('elevenlabs/scribe_v2_realtime', 'anthropic/claude-haiku-5-5', 'elevenlabs/eleven_flash_v2_5#EXAVITQu4vr4xnSDxMaL'), // prettier-ignore
  choice('google/telephony', 'gemini/gemini-3.5-flash-lite', 'deepgram/aura-2#thalia'),
  choice('deepgram/nova-3', SPEAKING, `${SPEAKING}#marin`),
];

function choice(recogniser: string, model: string, named: string): Choice {
  const [voice = '', voiceId = ''] = named.split('#');
  return { recogniser, model, voice, voiceId };
}

export const nameOf = ({ recogniser, model, voice }: Choice): string =>
  model === voice ? model : [recogniser, model, voice].join(', ');
