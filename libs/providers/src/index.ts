export { checkProviders, type CheckParts, type ProviderCheck } from './check/check-providers.js';
export type { ProbeListener } from './chain/chain.js';
export { limitsByName, PROVIDER_LIMITS_VARIABLE, type VendorLimits } from './chain/limits.js';
export {
  type ChainPatience,
  ProviderChains,
  type ProviderChainsParts,
  type ProviderStatus,
  USUAL_PATIENCE,
} from './chain/provider-chains.js';
export type { AnthropicConfig } from './llm/anthropic.llm.js';
export type { AnthropicThinking } from './llm/anthropic.request.js';
export type { GeminiConfig } from './llm/gemini.llm.js';
export type { GeminiThinking } from './llm/gemini.request.js';
export type { OpenAiConfig } from './llm/openai.llm.js';
export type { OpenAiDialect } from './llm/openai.wire.js';
export { WarmHosts } from './chain/warm-hosts.js';
export { type Retirement, retirementOf } from './model-retirements.js';
export {
  catalogOf,
  ProviderCatalog,
  type ProviderListing,
  type ProvidersConfig,
  type ProviderSource,
  UnknownProvider,
} from './provider-catalog.js';
export type { OpenAiRealtimeConfig } from './realtime/openai-realtime.s2s.js';
export { PRICES_VARIABLE } from './prices/own-prices.js';
export type { Price, Rate, TokenRate } from './prices/price.js';
export { PriceList } from './prices/price-list.js';
export { PROVIDER_VARIABLES, providerFaults, providersConfig } from './provider-variables.js';
export type { DeepgramConfig } from './stt/deepgram.stt.js';
export type { ElevenLabsConfig } from './tts/elevenlabs.tts.js';
export type { OpenAiVoiceConfig } from './tts/openai.tts.js';
export type { ProviderTimeouts, VendorConfig } from './vendor-config.js';
export { type SileroOptions, SileroVoiceDetector, type VoiceDetectorFallback } from './vad/silero.vad.js';
