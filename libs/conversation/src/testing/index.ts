export { type FakeFunction, FakeFunctionRunner } from './fake-function-runner.js';
export { FakeLine } from './fake-line.js';
export { type ReplyScript, ScriptedLanguageModel, type ScriptedReply } from './scripted-language-model.js';
export {
  ScriptedSpeechToText,
  ScriptedSpeechToTextSession,
  type SpeechToTextScript,
} from './scripted-speech-to-text.js';
export { ScriptedTextToSpeech, type TextToSpeechScript } from './scripted-text-to-speech.js';
export { RehearsedCall, type RehearsedCallOptions, someSettings } from './rehearsed-call.js';
export { SteppedCall } from './stepped-call.js';
export { FakeVoiceDetector, type FakeVoiceDetectorOptions } from './fake-voice-detector.js';
export { expectAbout, JudgedCall, voiceDetectorConformance } from './voice-detector.conformance.js';
export { expectWithinATick, type Fault, FAULTS, type Patience, readAll } from './far-end.js';
export { describeLanguageModel, type LanguageModelSubject, type ModelPlay } from './language-model.conformance.js';
export {
  describeSpeechToText,
  type SpeechToTextFarEnd,
  type SpeechToTextSubject,
} from './speech-to-text.conformance.js';
export { describeTextToSpeech, type TextToSpeechSubject, type VoicePlay } from './text-to-speech.conformance.js';
export { describeRequestGate, type RequestGateSubject } from './request-gate.conformance.js';
export { MemoryToggleStates } from './memory-toggle-states.js';
export { describeToggleStates } from './toggle-states.conformance.js';
export { describeProviderGate, type ProviderGateSubject } from './provider-gate.conformance.js';
export {
  SCRIPTED_WORD_MS,
  type ScriptedSpeech,
  scriptedSound,
  ScriptedSpeechSession,
  ScriptedSpeechToSpeech,
  type ToldSpeech,
} from './scripted-speech-to-speech.js';
export { describeSpeechToSpeech, type SpeechToSpeechSubject, type SpeechPlay } from './speech-to-speech.conformance.js';
