import { describe, expect, it } from '@jest/globals';
import { cutIntoSentences, SentenceCutter } from './sentences.js';

describe('sentences', () => {
  it.each<[language: string, text: string, sentences: string[]]>([
    ['en', 'Hello. How are you?', ['Hello.', 'How are you?']],
    ['en', 'It costs 3.5 euros. Shall I?', ['It costs 3.5 euros.', 'Shall I?']],
    ['en', 'Dr. Who is in. Mr. Bean is not.', ['Dr. Who is in.', 'Mr. Bean is not.']],
    ['en', 'Fruit, e.g. apples. Yes.', ['Fruit, e.g. apples.', 'Yes.']],
    ['en', 'At 10 a.m. we open. Come then.', ['At 10 a.m. we open.', 'Come then.']],
    ['en', 'J. R. Smith called. He waits.', ['J. R. Smith called.', 'He waits.']],
    ['en', 'no end', ['no end']],
    ['en', '  ', []],
    ['en', '**Bold** move.\n- One thing.\n- Another.', ['Bold move.', 'One thing.', 'Another.']],
    ['fr', 'Bonjour ! Comment allez-vous ?', ['Bonjour !', 'Comment allez-vous ?']],
    ['fr', 'M. Durand est là. Mme. Petit aussi.', ['M. Durand est là.', 'Mme. Petit aussi.']],
    ['fr', 'Cela coûte 3,50 euros. Voilà.', ['Cela coûte 3,50 euros.', 'Voilà.']],
    ['fr', 'Il a dit « Oui ! » et il est parti. Bien.', ['Il a dit « Oui ! » et il est parti.', 'Bien.']],
    ['multi', 'One. Deux.', ['One.', 'Deux.']],
  ])('in %s %j', (language, text, sentences) => {
    expect(cutIntoSentences(text, language)).toEqual(sentences);
  });

  it('gives the first as soon as the second begins, whatever the size of the tokens', () => {
    const cutter = new SentenceCutter('en');
    const given = [...'It is ten. And four minutes.'].map((letter) => cutter.push(letter));
    expect(given.flat()).toEqual(['It is ten.']);
    expect(given.findIndex((sentences) => sentences.length > 0)).toBe('It is ten. A'.length - 1);
    expect(cutter.flush()).toEqual(['And four minutes.']);
  });

  it('does not take a number in two tokens for two sentences', () => {
    const cutter = new SentenceCutter('en');
    expect([cutter.push('It is 3.'), cutter.push('5 metres. '), cutter.push('So'), cutter.flush()].flat()).toEqual([
      'It is 3.5 metres.',
      'So',
    ]);
  });
});
