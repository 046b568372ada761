export type { OpenAiConfig } from './llm/openai.llm.js';
export { type Retirement, retirementOf } from './model-retirements.js';
export {
  catalogOf,
  ProviderCatalog,
  type ProviderListing,
  type ProvidersConfig,
  type ProviderSource,
  UnknownProvider,
} from './provider-catalog.js';
export type { DeepgramConfig } from './stt/deepgram.stt.js';
export type { ElevenLabsConfig } from './tts/elevenlabs.tts.js';
export type { ProviderTimeouts, VendorConfig } from './vendor-config.js';
export { type SileroOptions, SileroVoiceDetector, type VoiceDetectorFallback } from './vad/silero.vad.js';
