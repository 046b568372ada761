import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { type ScriptedSpeechSession, ScriptedSpeechToSpeech } from '../testing/scripted-speech-to-speech.js';
import { CallerSound } from './caller-sound.js';

const SECOND = 100;
const signal = new AbortController().signal;

describe('the caller’s sound on its way to a model that speaks', () => {
  let session: ScriptedSpeechSession;
  let sound: CallerSound;
  beforeEach(async () => {
    const speech = new ScriptedSpeechToSpeech(new FakeClock());
    session = await speech.open({ callId: 'call', voiceId: 'any', language: 'en', rateHz: 8_000, signal });
    sound = new CallerSound();
    sound.keep(SECOND);
    sound.goTo(session);
  });
  const pass = (seconds: number) => {
    for (let n = 0; n < 10 * seconds; n += 1) sound.push(new Int16Array(SECOND / 10).fill(n + 1));
  };
  const seconds = () => session.pushed.length / SECOND;

  it('is forgotten but for its last second when nobody says anything', () => {
    pass(4.9);
    expect(seconds()).toBe(4.9);
    pass(0.1);
    expect(seconds()).toBe(1);
    expect(session.pushed.at(-1)).toBe(1);
  });

  it('is all there of a voice whose words come when it is over', () => {
    pass(4);
    sound.beginVoice(0);
    pass(20);
    sound.endVoice(5 * SECOND);
    pass(9.9);
    expect(seconds()).toBe(33.9);
    pass(0.1); // no words came of it
    expect(seconds()).toBe(1);
  });

  it('is kept once it has words, until it is taken', () => {
    sound.saidWords();
    pass(90);
    expect(seconds()).toBe(90);
    sound.taken();
    pass(5);
    expect(seconds()).toBe(1);
  });

  it.each([
    [0.8, true],
    [1.2, false],
  ])('is whole in another session %d s after its first word: %s', async (since, isWhole) => {
    pass(3);
    sound.beginVoice(SECOND / 10);
    pass(since - 0.1);
    sound.saidWords();
    sound.goTo(session);
    expect(sound.isWhole).toBe(isWhole);
    sound.taken();
    expect(sound.isWhole).toBe(true);
  });

  it.each<[string, () => void]>([
    [
      'one noise that does not end',
      () => {
        sound.beginVoice(0);
        pass(59.9);
      },
    ],
    [
      'noises that come again and again',
      () => {
        for (let n = 0; n < 15; n += 1) {
          sound.beginVoice(0);
          pass(1);
          sound.endVoice(0);
          pass(n < 14 ? 3 : 2.9);
        }
      },
    ],
  ])('is no more than a minute of %s', (_, befall) => {
    befall();
    expect(seconds()).toBe(59.9);
    pass(0.1);
    expect(seconds()).toBe(1);
  });
});
