import type { BenchCase } from './bench-case.js';
import { AUDIO_CASES } from './cases/audio.js';
import { CONVERSATION_CASES } from './cases/conversation.js';
import { PROVIDER_CASES } from './cases/providers.js';
import { RECORDING_CASES } from './cases/recording.js';
import { TELEPHONY_CASES } from './cases/telephony.js';
import { VOICE_DETECTOR_CASES } from './cases/voice-detector.js';

/** The hot path, in the order in which sound goes along it and back. */
export const CASES: readonly BenchCase[] = [
  ...TELEPHONY_CASES,
  ...AUDIO_CASES,
  ...VOICE_DETECTOR_CASES,
  ...CONVERSATION_CASES,
  ...RECORDING_CASES,
  ...PROVIDER_CASES,
];

/** Those whose name holds every word; all of them without a word. */
export const casesOf = (words: readonly string[]): BenchCase[] =>
  CASES.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word.toLowerCase())));
