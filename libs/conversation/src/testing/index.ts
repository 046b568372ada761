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
export { FakeVoiceDetector, type FakeVoiceDetectorOptions } from './fake-voice-detector.js';
export { expectAbout, JudgedCall, voiceDetectorConformance } from './voice-detector.conformance.js';
