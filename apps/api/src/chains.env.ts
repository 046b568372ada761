import type { FallbackVoice } from '@app/conversation/ports';
import { PROVIDER_LIMITS_VARIABLE, USUAL_PATIENCE } from '@app/providers';
import { z } from 'zod';

const NAME = /^[^/\s#,]+\/[^\s#,]+$/;
const patience = (usual: number) => z.coerce.number().int().min(100).max(10_000).default(usual);
const listed = (list: string) => list.split(',').map((entry) => entry.trim());

/** `anthropic/claude-haiku-5-5,openai-compatible/default` */
const names = z
  .string()
  .transform(listed)
  .pipe(z.array(z.string().regex(NAME, 'is not a list of vendor/model')));

/** `deepgram/aura-2#thalia,openai/gpt-4o-mini-tts#alloy` */
const voices = z
  .string()
  .transform(listed)
  .pipe(z.array(z.string().regex(/^[^/\s#]+\/[^\s#]+#[^\s#]+$/, 'is not a list of vendor/model#voice')))
  .transform((entries) => entries.map(voiceOf));

/** Who stands in for whom, when, and what the vendors' accounts bear. */
export const chainVariables = {
  FALLBACK_RECOGNISERS: names.optional().describe('in this order, for agents that name none'),
  FALLBACK_MODELS: names.optional(),
  FALLBACK_VOICES: voices.optional(),
  RECOGNISER_PATIENCE_MS: patience(USUAL_PATIENCE.recogniser).describe('then the next one is asked'),
  MODEL_PATIENCE_MS: patience(USUAL_PATIENCE.model),
  VOICE_PATIENCE_MS: patience(USUAL_PATIENCE.voice),
  ...PROVIDER_LIMITS_VARIABLE,
};

export const chainsOf = (env: z.output<z.ZodObject<typeof chainVariables>>) => ({
  fallbacks: { recogniser: env.FALLBACK_RECOGNISERS, model: env.FALLBACK_MODELS, voice: env.FALLBACK_VOICES },
  patience: { recogniser: env.RECOGNISER_PATIENCE_MS, model: env.MODEL_PATIENCE_MS, voice: env.VOICE_PATIENCE_MS },
  limits: env.PROVIDER_LIMITS,
});

function voiceOf(entry: string): FallbackVoice {
  const [voice = '', voiceId = ''] = entry.split('#');
  return { voice, voiceId };
}
