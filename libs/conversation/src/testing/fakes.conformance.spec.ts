import { FakeClock } from '@app/kernel/testing';
import { type Fault, faultError, FAULTS } from './far-end.js';
import { describeLanguageModel, type ModelPlay } from './language-model.conformance.js';
import { ScriptedLanguageModel, type ScriptedReply } from './scripted-language-model.js';
import { ScriptedSpeechToSpeech, SCRIPTED_WORD_MS } from './scripted-speech-to-speech.js';
import { ScriptedSpeechToText } from './scripted-speech-to-text.js';
import { ScriptedTextToSpeech } from './scripted-text-to-speech.js';
import { describeSpeechToSpeech, type SpeechPlay } from './speech-to-speech.conformance.js';
import { describeSpeechToText, type SpeechToTextFarEnd } from './speech-to-text.conformance.js';
import { describeTextToSpeech, type VoicePlay } from './text-to-speech.conformance.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };
const nothing = () => Promise.resolve();
const latenessOf = (fault: Fault) => (FAULTS[fault] === 'timed-out' ? patience.firstMs : 0);

describeLanguageModel('ScriptedLanguageModel', () => {
  const clock = new FakeClock();
  const replies: ScriptedReply[] = [];
  const model = new ScriptedLanguageModel(clock, replies);
  const play = ({ text, everyMs, calls, reason, then }: ModelPlay) => {
    const fault = then && { error: faultError(model.name, then), endMs: latenessOf(then) };
    replies.push({ text, tokenMs: everyMs, calls, reason, ...fault });
  };
  return Promise.resolve({ model, clock, patience, play, asked: nothing, close: nothing });
});

describeSpeechToText('ScriptedSpeechToText', () => {
  const clock = new FakeClock();
  const recogniser = new ScriptedSpeechToText();
  const total = (of: 'pushedSamples' | 'finishedTimes') =>
    recogniser.sessions.reduce((sum, session) => sum + session[of], 0);
  const reach = (count: number, of: 'pushedSamples' | 'finishedTimes') =>
    total(of) === count ? Promise.resolve() : Promise.reject(new Error(`${of}: ${total(of)}`));
  const far: SpeechToTextFarEnd = {
    change: (text) => recogniser.change(text),
    settle: (text, how) => recogniser.settle(text, how),
    endSpeech: () => recogniser.endSpeech(),
    refuse: (fault) => recogniser.refuseNext(faultError(recogniser.name, fault)),
    fail: (fault) => recogniser.fail(faultError(recogniser.name, fault)),
    reached: nothing,
    hears: (samples) => reach(samples, 'pushedSamples'),
    finishes: (times) => reach(times, 'finishedTimes'),
  };
  return Promise.resolve({ recogniser, clock, patience: { ...patience, silentMs: 1_000 }, far, close: nothing });
});

describeTextToSpeech('ScriptedTextToSpeech', (everyMs) => {
  const clock = new FakeClock();
  const voice = new ScriptedTextToSpeech(clock, { msPerWord: 100, firstAudioMs: 0, chunkMs: 100, paceMs: everyMs });
  const play = ({ portions = 0, then }: VoicePlay) =>
    voice.failAt(voice.pieces.length + 1, faultError(voice.name, then), portions * 100, latenessOf(then));
  const soundOf = (text: string, rateHz: number) =>
    Int16Array.from({ length: text.split(' ').length * (rateHz / 10) }, (_, n) => (n % 32_000) + 1);
  return Promise.resolve({ voice, clock, patience, play, asked: nothing, soundOf, close: nothing });
});

describeSpeechToSpeech('ScriptedSpeechToSpeech', () => {
  const clock = new FakeClock();
  const speech = new ScriptedSpeechToSpeech(clock);
  const play = ({ then, ...reply }: SpeechPlay) => {
    const fault = then && { error: faultError(speech.name, then), endMs: latenessOf(then) };
    if (then && reply.text === undefined) speech.refuseNext(faultError(speech.name, then));
    else speech.replies.push({ ...reply, ...fault });
  };
  const wordSamples = (rateHz: number) => (rateHz * SCRIPTED_WORD_MS) / 1_000;
  return Promise.resolve({ speech, clock, patience, play, asked: nothing, wordSamples, close: nothing });
});
