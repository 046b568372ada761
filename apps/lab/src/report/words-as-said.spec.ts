import { describe, expect, it } from '@jest/globals';
import { compareReplies } from './memory.js';
import { wordsAsSaid } from './words-as-said.js';

describe('what is written, beside what is said', () => {
  it.each([
    ['It is 9:30.', 'It is nine thirty.'],
    ['I have Monday 23 November at 9:30 or Monday 23 November at 10:00.', "I have Monday November twenty-third at nine thirty or Monday November twenty-third at ten o'clock."], // prettier-ignore
    ['From 14:00 to 5:05 pm, or 9 am', 'From two p.m. to five oh five p.m., or nine a.m.'],
    ['at 12:00, at 0:15', 'at noon, at twelve fifteen a.m.'],
    ['On 23 November 2026', 'On November twenty-third, twenty twenty-six'],
    ['the 23rd of November', 'the November twenty-third'],
    ['November 1st, 2005', 'November first, two thousand five'],
    ['$12.50, or €1,200', 'twelve dollars and fifty cents, or one thousand two hundred euros'],
    ['0.99 EUR or 15% of 234', 'ninety-nine cents EUR or fifteen percent of two hundred and thirty-four'],
    ['Call 020 7946 0958.', 'Call zero two zero, seven nine four six, zero nine five eight.'],
    ['Write to jo-anne.doe@mail.example.', 'Write to jo dash anne dot doe at mail dot example.'],
    ['à jo_doe@poste.example', 'à jo tiret bas doe arobase poste point example'],
    ['au 01 84 99 00 14', 'au zéro un, quatre-vingt-quatre, quatre-vingt-dix-neuf, zéro zéro, quatorze'],
    ['à 14h30, à 9 h', 'à quatorze heures trente, à neuf heures'],
    ['le 1er mai 2026 à 12:30', 'le premier mai deux mille vingt-six à midi trente'],
    ['le 23 novembre à 21h01', 'le vingt-trois novembre à vingt et une heures zéro un'],
    ['12,50 € ou 80 % de 97', 'douze euros cinquante ou quatre-vingts pour cent de quatre-vingt-dix-sept'],
    ['200 €, 76, 71', 'deux cents euros, soixante-seize, soixante et onze'],
  ])('%s', (written, said) => {
    expect(wordsAsSaid(said)).toEqual(wordsAsSaid(written));
  });

  it.each([
    ['It is 9:30.', 'It is nine fifty.'],
    ['It is 9:30.', 'It is nine.'],
    ['23 November', 'November twenty-fourth'],
    ['desk@mail.example', 'desk at mail example'],
    ['nine and ten', 'nineteen'],
    ['At nine. Ten came.', 'At nine ten came.'],
  ])('tells %j from %j', (written, said) => {
    expect(wordsAsSaid(said)).not.toEqual(wordsAsSaid(written));
  });

  it('leaves words that only sound like numbers where they are', () => {
    expect(wordsAsSaid('Which one? A second, and the pound.')).toEqual(['which', '1', 'a', '2', 'and', 'the', 'pound']);
  });

  it('counts a time that was broken off as one word', () => {
    const heard = ['At', 'nine'].map((text, n) => ({ text, startMs: n * 300, endMs: n * 300 + 250, piece: 0 }));
    expect(compareReplies(['At 9:30'], heard)).toEqual([{ told: 'At 9:30', heard: 'at 9', differs: 1 }]);
  });
});
