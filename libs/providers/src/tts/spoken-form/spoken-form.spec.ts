import { describe, expect, it } from '@jest/globals';
import { spokenForm } from './spoken-form.js';

const said = (text: string, language: string): string =>
  spokenForm(text, language)
    .map((stretch) => stretch.said)
    .join(' ');

describe('what an English voice is asked to say', () => {
  it.each([
    ['It is 9:30.', 'It is nine thirty.'],
    ['We open at 9 am and close at 5:05 pm', 'We open at nine a.m. and close at five oh five p.m.'],
    ['From 14:00.', 'From two p.m.'],
    ['at 10:00, or 0:15', "at ten o'clock, or twelve fifteen a.m."],
    ['That is $12.50, or €1,200.', 'That is twelve dollars and fifty cents, or one thousand two hundred euros.'],
    ['It costs 0.99 EUR', 'It costs ninety-nine cents'],
    ['15% off', 'fifteen percent off'],
    ['On 23 November 2026', 'On November twenty-third, twenty twenty-six'],
    ['on November 3rd', 'on November third'],
    ['2026-11-05', 'November fifth, twenty twenty-six'],
    ['Call +33 1 84 99 00 11 now', 'Call plus three three, one, eight four, nine nine, zero zero, one one now'],
    ['Call 020 7946 0958.', 'Call zero two zero, seven nine four six, zero nine five eight.'],
    ['Call 0123456789', 'Call zero one two, three four five, six seven eight nine'],
    ['jane.doe-2@example.com', 'jane dot doe dash two at example dot com'],
    ['See www.example.com/help', 'See example dot com slash help'],
    ['your code is AB12-7', 'your code is A B one two, seven'],
    ['the 2nd of 3', 'the second of three'],
    ['since 2019', 'since twenty nineteen'],
    ['3.5 km', 'three point five kilometres'],
    ['Dr. Brown, 9-12', 'Doctor Brown, nine to twelve'],
    ['Order 0048213', 'Order zero zero four eight two one three'],
    ['1,234,567 stars', 'one million two hundred thirty-four thousand five hundred sixty-seven stars'],
    ['No figures at all.', 'No figures at all.'],
  ])('%s', (written, spoken) => {
    expect(said(written, 'en-GB')).toBe(spoken);
  });

  it('reads the month first where that is the custom', () => {
    expect(said('11/05/2026', 'en-US')).toBe('November fifth, twenty twenty-six');
    expect(said('11/05/2026', 'en-GB')).toBe('May eleventh, twenty twenty-six');
  });
});

describe('what a French voice is asked to say', () => {
  it.each([
    ['à 14h30', 'à quatorze heures trente'],
    ['à 9 h, ou à 12:00', 'à neuf heures, ou à midi'],
    ['21h01', 'vingt et une heures zéro un'],
    ['12,50 €', 'douze euros cinquante'],
    ['1 200 €', 'mille deux cents euros'],
    ['15 % de remise', 'quinze pour cent de remise'],
    ['le 1er novembre 2026', 'le premier novembre deux mille vingt-six'],
    ['le 23/11/2026', 'le vingt-trois novembre deux mille vingt-six'],
    ['au 01 84 99 00 11.', 'au zéro un, quatre-vingt-quatre, quatre-vingt-dix-neuf, zéro zéro, onze.'],
    ['+33 6 12 34 56 78', 'plus trente-trois, six, douze, trente-quatre, cinquante-six, soixante-dix-huit'],
    ['M. Durand et Mme Petit', 'Monsieur Durand et Madame Petit'],
    ['la 1re fois, le 2e jour', 'la première fois, le deuxième jour'],
    ['3,5 km', 'trois virgule cinq kilomètres'],
    ['lea@exemple.fr', 'lea arobase exemple point fr'],
  ])('%s', (written, spoken) => {
    expect(said(written, 'fr-FR')).toBe(spoken);
  });
});

it('keeps every written word in order, whatever is said for it', () => {
  const text = 'Call  +33 1 84 99 00 11, or come on 23 November 2026 at 9:30.';
  const stretches = spokenForm(text, 'en');
  expect(stretches.map(({ written }) => written).join(' ')).toBe(text.replace(/\s+/g, ' '));
  expect(stretches).toContainEqual({ written: '23 November 2026', said: 'November twenty-third, twenty twenty-six' });
});

it('leaves a language that it does not know to the voice', () => {
  expect(said('Um 14:30 für 12,50 €', 'de-DE')).toBe('Um 14:30 für 12,50 €');
});
