export {
  type CallCost,
  type CostLine,
  type CostTotal,
  costTotalOf,
  type PriceKnowledge,
  type UsedPrice,
} from './call-cost.js';
export type { CallEvent, TurnedAwayReason } from './call-event.js';
export type { CallLogSink } from './call-log.port.js';
export type { CallRecorder, RecordingLoss } from './call-recorder.port.js';
export type {
  CallRecord,
  EndReason,
  HeardBasis,
  RecordedEvent,
  ReplyKind,
  TranscriptSegment,
  TurnLatency,
} from './call-record.js';
export type {
  CallBudget,
  CallLimits,
  CallSettings,
  FallbackVoice,
  OverflowAnswer,
  Phrases,
  ProviderFallbacks,
  RecordingSettings,
  TurnSettings,
} from './call-settings.js';
export type { CarrierCall, CarrierCalls, CurrentCarrierCall, PastCarrierCall } from './carrier-calls.port.js';
export { CarrierError, type CarrierErrorOptions, type CarrierFailure } from './carrier-error.js';
export type {
  FunctionDefinition,
  FunctionEffect,
  FunctionFailure,
  FunctionResult,
  FunctionRun,
  FunctionRunner,
} from './function-runner.port.js';
export type {
  AnswerSchema,
  LanguageModel,
  Message,
  ModelFunction,
  ModelFunctionCall,
  ModelPart,
  ModelRequest,
  VendorParts,
} from './language-model.port.js';
export type { Line, LineCapabilities, LineEnd, LineListener, LinePacing } from './line.port.js';
export type { ModelUsage } from './model-usage.js';
export type { CarriedCall, DialOrder, DialOutcome, OutboundCarrier } from './outbound-carrier.port.js';
export { ProviderError, type ProviderFailure } from './provider-error.js';
export type {
  BreakerState,
  GatedProvider,
  ProviderGate,
  ProviderHealth,
  ProviderPass,
  ProviderUse,
} from './provider-gate.port.js';
export type { ProviderStage, ProviderSwitch, SwitchReason } from './provider-switch.js';
export { type CallUsage, type ProviderUsage, USAGE_WASTES, type UsageLoss, type UsageWaste } from './provider-usage.js';
export type { GatedRequest, RequestGate } from './request-gate.port.js';
export { PHRASE_NAMES, type PhraseName, SOUND_NAMES, type SoundName } from './sound-name.js';
export type {
  Heard,
  HeardWord,
  SpeechToText,
  SpeechToTextCapabilities,
  SpeechToTextOptions,
  SpeechToTextSession,
} from './speech-to-text.port.js';
export type {
  SpeechRequest,
  SpeechToSpeech,
  SpeechToSpeechOptions,
  SpeechToSpeechSession,
  SpokenItem,
  SpokenPart,
  SpokenReply,
} from './speech-to-speech.port.js';
export { StoreError, type StoreFailure } from './store-error.js';
export type {
  SpeakOptions,
  Spoken,
  SpokenWord,
  TextToSpeech,
  TextToSpeechCapabilities,
  TextToSpeechOptions,
  TextToSpeechSession,
} from './text-to-speech.port.js';
export type { ToggleClaim, ToggleState, ToggleStates } from './toggle-states.port.js';
export type { VoiceDetector, VoiceDetectorSession } from './voice-detector.port.js';
