import { expect, it } from '@jest/globals';
import { heardText } from './heard.js';

const words = ['Hello,', 'my', 'friend.'].map((text, n) => ({ text, startMs: n * 300, endMs: (n + 1) * 300 }));
const sound = { text: 'Hello, my friend.', words, lengthMs: 900, whole: true };

it.each([
  [0, ''],
  [170, ''],
  [180, 'Hello,'],
  [400, 'Hello,'],
  [500, 'Hello, my'],
  [900, 'Hello, my friend.'],
])('after %i ms of three words, %j was heard', (heardMs, text) => {
  expect(heardText(sound, heardMs)).toBe(text);
});

it('estimates by length without word times', () => {
  expect(heardText({ ...sound, words: [] }, 450)).toBe('Hello,');
  expect(heardText({ ...sound, words: [] }, 490)).toBe('Hello, my');
  expect(heardText({ ...sound, words: [], lengthMs: 300, whole: false }, 300)).toBe('');
});

it('takes the words of the voice where it splits them otherwise than the text', () => {
  const four = ['ten', 'past', 'four', 'now'].map((text, n) => ({ text, startMs: n * 300, endMs: (n + 1) * 300 }));
  expect(heardText({ text: '4:10 now', words: four, lengthMs: 1_200, whole: true }, 600)).toBe('ten past');
});
