import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { editCount, wordsOf } from '../report/words.js';
import { FliteEngine } from './flite.engine.js';
import { PocketSphinxEngine } from './pocketsphinx.engine.js';
import type { RecognisedWord } from './recogniser-engine.js';

/** Where `npm start` keeps it too: fetched once for a checkout. */
const FOLDER = join(process.cwd(), '.local', 'lab', 'pocketsphinx');
const LINES = [
  'I would like to book an appointment tomorrow at two pm.',
  'Tomorrow morning would be good.',
  'What are your opening hours?',
  'My name is Tom Baker.',
];

describe('PocketSphinx', () => {
  const flite = new FliteEngine();
  let sphinx: PocketSphinxEngine;
  beforeAll(async () => {
    sphinx = await PocketSphinxEngine.start({ folder: FOLDER });
  }, 200_000);
  afterAll(async () => {
    await flite.close();
    await sphinx.close();
  });

  it('understands a telephone voice with at most 15 wrong words of 100', async () => {
    const call = heardCall(sphinx);
    let [errors, words] = [0, 0];
    for (const line of LINES) {
      const understood = await call.say((await flite.render('rms', line, 8_000)).samples);
      errors += editCount(wordsOf(line), wordsOf(understood.map(({ text }) => text).join(' ')));
      words += wordsOf(line).length;
    }
    call.session.close();
    expect(errors / words).toBeLessThanOrEqual(0.15);
  }, 30_000);

  it('guesses while the voice goes on', async () => {
    const call = heardCall(sphinx);
    await call.say((await flite.render('rms', LINES[0] ?? '', 8_000)).samples);
    call.session.close();
    expect(call.guesses.length).toBeGreaterThanOrEqual(4);
    expect(call.guesses.at(-1)).toContain('book an appointment');
  }, 30_000);

  it('places words in the call to 150 ms, also those of later utterances', async () => {
    const call = heardCall(sphinx);
    const { samples, words } = await flite.render('rms', LINES[1] ?? '', 8_000);
    for (const atMs of [0, 40_000]) {
      const understood = await call.say(samples, atMs);
      const off = understood.map(({ startMs }, at) => startMs - atMs - (words[at]?.startMs ?? 0));
      expect(understood).toHaveLength(words.length);
      expect(off.filter((ms) => Math.abs(ms) > 150)).toEqual([]);
    }
    call.session.close();
  }, 30_000);

  it('has room for four calls, and again when one is over', () => {
    const calls = Array.from({ length: 4 }, () => heardCall(sphinx));
    expect(() => heardCall(sphinx)).toThrow('no room');
    calls[0]?.session.close();
    calls.push(heardCall(sphinx));
    expect(sphinx.openSessions).toBe(4);
    for (const { session } of calls.slice(1)) session.close();
  });
});

function heardCall(sphinx: PocketSphinxEngine) {
  const guesses: string[] = [];
  let answer: (words: readonly RecognisedWord[]) => void = () => undefined;
  const session = sphinx.open({
    callId: 'a call',
    rateHz: 8_000,
    language: 'en-US',
    listener: {
      guessed: (text) => guesses.push(text),
      settled: (words) => answer(words),
      lost: (error) => {
        throw error;
      },
    },
  });
  if (!session) throw new Error('no room');
  const say = (samples: Int16Array, atMs = 0): Promise<readonly RecognisedWord[]> => {
    session.begin(atMs);
    for (let at = 0; at < samples.length; at += 160) session.hear(samples.subarray(at, at + 160));
    session.settle();
    return new Promise((resolve) => (answer = resolve));
  };
  return { session, guesses, say };
}
