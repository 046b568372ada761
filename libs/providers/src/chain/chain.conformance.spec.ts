import type { LanguageModel, SpeechToText } from '@app/conversation/ports';
import {
  describeLanguageModel,
  describeSpeechToText,
  describeTextToSpeech,
  type Fault,
  FAULTS,
  type ModelPlay,
  ScriptedLanguageModel,
  type ScriptedReply,
  ScriptedSpeechToText,
  ScriptedTextToSpeech,
  type SpeechToTextFarEnd,
  type VoicePlay,
} from '@app/conversation/testing';
import { ProviderError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import { someChain } from '../testing/some-chain.js';
import { StatedGate } from '../testing/stated-gate.js';
import { FallbackLanguageModel } from './fallback-language-model.js';
import { FallbackSpeechToText } from './fallback-speech-to-text.js';
import { FallbackTextToSpeech, type VoiceLink } from './fallback-text-to-speech.js';

// A chain of one is as good as what it holds: the same suites, over the same fakes.
const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };
const nothing = () => Promise.resolve();
const errorOf = (provider: string, fault: Fault) => new ProviderError(provider, FAULTS[fault]);
const latenessOf = (fault: Fault) => (FAULTS[fault] === 'timed-out' ? patience.firstMs : 0);
const parts = (clock: FakeClock) => ({ gate: new StatedGate(), clock, patienceMs: 1_000 });

describeLanguageModel('a chain of one', () => {
  const clock = new FakeClock();
  const replies: ScriptedReply[] = [];
  const inner = new ScriptedLanguageModel(clock, replies);
  const chain = someChain<LanguageModel>('model', [inner], { ...parts(clock), nameOf: ({ name }) => name });
  const play = ({ text, everyMs, calls, reason, then }: ModelPlay) => {
    const fault = then && { error: errorOf(inner.name, then), endMs: latenessOf(then) };
    replies.push({ text, tokenMs: everyMs, calls, reason, ...fault });
  };
  return Promise.resolve({ model: new FallbackLanguageModel(chain), clock, patience, play, asked: nothing, close: nothing }); // prettier-ignore
});

describeTextToSpeech('a chain of one', (everyMs) => {
  const clock = new FakeClock();
  const inner = new ScriptedTextToSpeech(clock, { msPerWord: 100, firstAudioMs: 0, chunkMs: 100, paceMs: everyMs });
  const links = [{ voice: inner, voiceId: 'voice' }];
  const chain = someChain<VoiceLink>('voice', links, { ...parts(clock), nameOf: ({ voice }) => voice.name });
  const play = ({ portions = 0, then }: VoicePlay) =>
    inner.failAt(inner.pieces.length + 1, errorOf(inner.name, then), portions * 100, latenessOf(then));
  const soundOf = (text: string, rateHz: number) =>
    Int16Array.from({ length: text.split(' ').length * (rateHz / 10) }, (_, n) => (n % 32_000) + 1);
  return Promise.resolve({ voice: new FallbackTextToSpeech(chain), clock, patience, play, asked: nothing, soundOf, close: nothing }); // prettier-ignore
});

describeSpeechToText('a chain of one', () => {
  const clock = new FakeClock();
  const inner = new ScriptedSpeechToText();
  const chain = someChain<SpeechToText>('recogniser', [inner], { ...parts(clock), nameOf: ({ name }) => name });
  const total = (of: 'pushedSamples' | 'finishedTimes') => inner.sessions.reduce((sum, each) => sum + each[of], 0);
  const reach = (count: number, of: 'pushedSamples' | 'finishedTimes') =>
    total(of) === count ? Promise.resolve() : Promise.reject(new Error(`${of}: ${total(of)}`));
  const far: SpeechToTextFarEnd = {
    change: (text) => inner.change(text),
    settle: (text, how) => inner.settle(text, how),
    endSpeech: () => inner.endSpeech(),
    refuse: (fault) => inner.refuseNext(errorOf(inner.name, fault)),
    fail: (fault) => inner.fail(errorOf(inner.name, fault)),
    reached: nothing,
    hears: (samples) => reach(samples, 'pushedSamples'),
    finishes: (times) => reach(times, 'finishedTimes'),
  };
  return Promise.resolve({ recogniser: new FallbackSpeechToText(chain), clock, patience, far, close: nothing });
});
