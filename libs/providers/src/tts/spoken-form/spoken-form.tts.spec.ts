import { describe, expect, it } from '@jest/globals';
import type { SpokenWord } from '@app/conversation/ports';
import { describeTextToSpeech, ScriptedTextToSpeech, type VoicePlay } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { FarElevenLabs, farSound } from '../../testing/far-elevenlabs.js';
import { ElevenLabsTextToSpeech } from '../elevenlabs.tts.js';
import { SpokenFormTextToSpeech } from './spoken-form.tts.js';
import { WrittenWords } from './written-words.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

describeTextToSpeech('SpokenFormTextToSpeech', async (everyMs) => {
  const clock = new FakeClock();
  const far = await FarElevenLabs.open(clock, everyMs);
  const timeouts = { ...patience, pingMs: 0 };
  const config = { apiKey: 'key', url: far.server.url, model: 'eleven_flash_v2_5', timeouts };
  return {
    voice: new SpokenFormTextToSpeech(new ElevenLabsTextToSpeech(config, clock)),
    clock,
    patience,
    play: (play: VoicePlay) => far.play(play),
    asked: () => far.asked(),
    soundOf: farSound,
    close: () => far.close(),
  };
});

async function spoken(text: string, language = 'en-GB') {
  const clock = new FakeClock();
  const voice = new ScriptedTextToSpeech(clock, { firstAudioMs: 0, msPerWord: 100 });
  const { signal } = new AbortController();
  const session = new SpokenFormTextToSpeech(voice).open({
    ...{ callId: 'a', voiceId: 'v', language, rateHz: 8_000 as const, signal },
  });
  const words: SpokenWord[] = [];
  const listening = (async () => {
    for await (const part of session.speak(text, { signal })) words.push(...part.words);
  })();
  await clock.advance(10_000);
  await listening;
  return { words, asked: voice.pieces.map((piece) => piece.text) };
}

describe('a voice that is given figures as people say them', () => {
  it('asks for what is said and tells what was written, in its place', async () => {
    const { words, asked } = await spoken('Come at 9:30 please');
    expect(asked).toEqual(['Come at nine thirty please']);
    expect(words).toEqual([
      { text: 'Come', startMs: 0, endMs: 100 },
      { text: 'at', startMs: 100, endMs: 200 },
      { text: '9:30', startMs: 200, endMs: 400 },
      { text: 'please', startMs: 400, endMs: 500 },
    ]);
  });

  it('shares the time of a stretch among its words', async () => {
    const { words } = await spoken('le 1er mai', 'fr-FR');
    expect(words.map(({ text }) => text)).toEqual(['le', '1er', 'mai']);
    expect(words[2]).toEqual({ text: 'mai', startMs: 200, endMs: 300 });
  });
});

describe('written words', () => {
  const place = (text: string, startMs: number): SpokenWord => ({ text, startMs, endMs: startMs + 100 });

  it('tells the rest at the end when the voice placed fewer words', () => {
    const words = new WrittenWords([
      { written: 'at', said: 'at' },
      { written: '9:30', said: 'nine thirty' },
    ]);
    expect(words.place([place('at', 0), place('9.30', 100)])).toEqual([{ text: 'at', startMs: 0, endMs: 100 }]);
    expect(words.finish(300)).toEqual([{ text: '9:30', startMs: 100, endMs: 300 }]);
  });

  it('tells nothing of a voice without word times', () => {
    expect(new WrittenWords([{ written: '9', said: 'nine' }]).finish(300)).toEqual([]);
  });
});
