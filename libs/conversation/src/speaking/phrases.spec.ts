import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { someSettings } from '../testing/rehearsed-call.js';
import { ScriptedTextToSpeech } from '../testing/scripted-text-to-speech.js';
import { fixedSentences, PhraseCache, phraseVoiceOf } from './phrases.js';

const SETTINGS = someSettings();
const BY = phraseVoiceOf(SETTINGS, 8_000);
const { signal } = new AbortController();
/** 10 ms a word: 160 bytes. */
const quick = () => new ScriptedTextToSpeech(new FakeClock(), { firstAudioMs: 0, msPerWord: 10, chunkMs: 10 });

describe('the cache of phrases', () => {
  it('renders once what is the same voice, language, rate and text', async () => {
    const [cache, voice] = [new PhraseCache(), quick()];
    const french = { ...SETTINGS, agent: { ...SETTINGS.agent, language: 'fr' } };
    const counts: number[] = [];
    for (const settings of [SETTINGS, SETTINGS, french]) {
      await cache.warm(settings, voice, 8_000, signal);
      counts.push(voice.pieces.length);
    }
    const all = fixedSentences(SETTINGS).length;
    expect(counts).toEqual([all, all, 2 * all]);
    expect(cache.find({ ...BY, rateHz: 16_000 }, 'Goodbye.')).toBeUndefined();
    expect(cache.find(BY, 'Goodbye.')?.words).toMatchObject([{ text: 'Goodbye.' }]);
  });

  it('forgets what was asked for longest ago when it holds too much', async () => {
    const cache = new PhraseCache({ maxBytes: 1_000 });
    const greetings = ['One two three.', 'Four five six.', 'Seven eight nine.'];
    const none = { oneMoment: '', sayAgain: '', cannotHelp: '', stillThere: [], recovery: '', apology: '' };
    const phrases = { ...none, timeIsUp: '', goodbye: '' };
    const there: unknown[] = [];
    for (const greeting of greetings) {
      await cache.warm({ ...SETTINGS, greeting, phrases }, quick(), 8_000, signal);
      there.push(cache.find(BY, greetings[0] ?? '') !== undefined);
    }
    expect([there, cache.size]).toEqual([[true, true, true], 2]);
    expect(cache.find(BY, greetings[1] ?? '')).toBeUndefined();
  });
});
