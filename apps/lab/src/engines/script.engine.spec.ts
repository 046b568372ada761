import { describe, expect, it } from '@jest/globals';
import type { RecognisedWord } from './recogniser-engine.js';
import { ScriptEngine, type ScriptLine } from './script.engine.js';

const VOICE = new Int16Array(160).map((_, at) => (at % 2 ? 2_000 : -2_000));
const QUIET = new Int16Array(160);

describe('a recogniser that knows its script', () => {
  it('tells a line word by word while there is voice, and all of it at its end', () => {
    const { session, guesses, settled, hear } = call([{ text: 'One two three four', lengthMs: 800 }]);
    session.begin(1_000);
    hear(QUIET, 200);
    expect(guesses).toEqual([]);
    hear(VOICE, 420);
    expect(guesses).toEqual(['One', 'One two']);
    hear(VOICE, 320);
    hear(QUIET, 300);
    session.settle();
    expect(guesses.at(-1)).toBe('One two three');
    expect(settled).toEqual([
      [
        { text: 'One', startMs: 1_200, endMs: 1_400, confidence: 0.98 },
        { text: 'two', startMs: 1_400, endMs: 1_600, confidence: 0.98 },
        { text: 'three', startMs: 1_600, endMs: 1_800, confidence: 0.98 },
        { text: 'four', startMs: 1_800, endMs: 2_000, confidence: 0.98 },
      ],
    ]);
  });

  it('goes on with a line after a pause in it', () => {
    const { session, settled, hear } = call([{ text: 'No. Four it is.', lengthMs: 1_600 }, { text: 'Other.' }]);
    session.begin(0);
    hear(VOICE, 500);
    session.settle();
    session.begin(900);
    hear(VOICE, 1_000);
    session.settle();
    expect(settled.map(textOf)).toEqual(['No.', 'Four it is.']);
  });

  it('takes its lines in order, and nothing more after the last', () => {
    const { session, settled, hear } = call([{ text: 'Yes.' }, { text: 'No.' }]);
    for (const atMs of [0, 5_000, 10_000]) {
      session.begin(atMs);
      hear(VOICE, 500);
      session.settle();
    }
    expect(settled.map(textOf)).toEqual(['Yes.', 'No.', '']);
  });

  it('finds a line by its place, and takes a sound elsewhere for none', () => {
    const lines = [
      { text: 'First.', startMs: 2_000 },
      { text: 'Second.', startMs: 9_000 },
    ];
    const { session, settled, hear } = call(lines);
    for (const atMs of [5_000, 8_800]) {
      session.begin(atMs);
      hear(VOICE, 500);
      session.settle();
    }
    expect(settled.map(textOf)).toEqual(['', 'Second.']);
  });

  it('takes the rest of a line that was told whole for no other line', () => {
    const { session, settled, hear } = call([{ text: 'One two three four', lengthMs: 2_000 }, { text: 'Other.' }]);
    session.begin(0);
    hear(VOICE, 1_560); // settled in the middle of it, as over a caller who is taken for done
    session.settle();
    session.begin(1_560);
    hear(VOICE, 440);
    session.settle();
    session.begin(6_000);
    hear(VOICE, 500);
    session.settle();
    expect(settled.map(textOf)).toEqual(['One two three four', '', 'Other.']);
  });

  it('tells a line that it learns of when its voice is there already', () => {
    const lines: ScriptLine[] = [];
    const { session, settled, hear } = call(lines);
    session.begin(0);
    hear(VOICE, 100);
    lines.push({ text: 'Yes please.', lengthMs: 700 });
    hear(VOICE, 600);
    session.settle();
    expect(settled.map(textOf)).toEqual(['Yes please.']);
  });

  it('tells the right line after one that was cut off, and after one that nobody heard, when told of each as it is said', () => {
    const lines: ScriptLine[] = [{ text: 'What are your opening hours?', lengthMs: 1_600 }];
    const { session, settled, hear } = call(lines);
    session.begin(0);
    hear(VOICE, 400);
    session.settle();
    lines.splice(0, 1, { text: 'Nobody heard this.' });
    lines.splice(0, 1, { text: 'Tell me how much that costs.', lengthMs: 1_200 });
    session.begin(5_000);
    hear(VOICE, 1_200);
    session.settle();
    expect(settled.map(textOf)).toEqual(['What', 'Tell me how much that costs.']);
  });

  it('settles nothing where there was no voice', () => {
    const { session, settled, hear } = call([{ text: 'Yes.' }]);
    session.settle();
    session.begin(0);
    hear(QUIET, 500);
    session.settle();
    expect(settled).toEqual([[], []]);
  });
});

const textOf = (words: readonly RecognisedWord[]): string => words.map(({ text }) => text).join(' ');

function call(lines: readonly ScriptLine[]) {
  const guesses: string[] = [];
  const settled: (readonly RecognisedWord[])[] = [];
  const session = new ScriptEngine(() => lines).open({
    callId: 'a call',
    rateHz: 8_000,
    language: 'en-US',
    listener: {
      guessed: (text) => guesses.push(text),
      settled: (words) => settled.push(words),
      lost: (error) => {
        throw error;
      },
    },
  });
  const hear = (frame: Int16Array, lengthMs: number) => {
    for (let ms = 0; ms < lengthMs; ms += 20) session.hear(frame);
  };
  return { session, guesses, settled, hear };
}
