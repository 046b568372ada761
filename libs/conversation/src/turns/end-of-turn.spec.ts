import { describe, expect, it } from '@jest/globals';
import { someSettings } from '../testing/index.js';
import { expectedAnswer, pauseAfter } from './end-of-turn.js';
import { isBackchannel } from './languages.js';

const { turns } = someSettings();
const WHOLE = turns.completeMs;
const USUAL = turns.pauseMs;
const MORE = turns.hesitationMs;

describe('the pause that ends a turn', () => {
  it.each([
    // words, asked, endpoint, language, pause
    ['I would like a table', '', false, 'en', USUAL],
    ['I would like a table.', '', false, 'en', WHOLE],
    ['I would like a table', '', true, 'en', WHOLE],
    ['I would like a table and', '', true, 'en', MORE],
    ['I would like, um,', '', false, 'en', MORE],
    ['My name is', '', false, 'en', MORE],
    ['Well...', '', false, 'en', MORE],
    ['yes', 'Shall I book it?', false, 'en', WHOLE],
    ['yes', 'I have booked it.', false, 'en', USUAL],
    ['zero six one two', 'What is your phone number?', false, 'en', MORE],
    ['06 12 34 56 78', 'What is your phone number?', false, 'en', WHOLE],
    ['ada at example', 'What is your e-mail?', false, 'en', MORE],
    ['ada at example dot com', 'What is your e-mail?', false, 'en', WHOLE],
    ['Baker Street', 'What is your address?', false, 'en', MORE],
    ['je voudrais un rendez-vous pour', '', false, 'fr-FR', MORE],
    ['je voudrais un rendez-vous', '', false, 'fr-FR', USUAL],
    ["d'accord", 'Voulez-vous ce rendez-vous ?', false, 'fr-FR', WHOLE],
    ['et puis euh', '', true, 'fr-FR', MORE],
    ['me gustaría y', '', false, 'es', MORE],
  ])('after %j, asked %j, endpoint %s in %s, is %i ms', (...[words, asked, endpoint, language, pauseMs]) => {
    expect(pauseAfter({ words, asked, endpoint, language, key: null }, turns)).toBe(pauseMs);
  });

  it.each([
    ['4', MORE],
    ['*', MORE],
    ['#', 0],
  ])('after the key %s is %i ms, whatever was said before it', (key, pauseMs) => {
    expect(pauseAfter({ words: 'It is.', asked: '', endpoint: true, language: 'en', key }, turns)).toBe(pauseMs);
  });

  it.each([
    ['Shall I book it?', 'yes-no'],
    ['What is your phone number?', 'number'],
    ['Quel est votre numéro ?', 'number'],
    ['Could you spell your e-mail?', 'e-mail'],
    ['What is your address?', 'address'],
    ['How may I help you?', 'anything'],
    ['Which day suits you?', 'anything'],
    ['I will do that.', 'anything'],
  ])('expects of %j: %s', (asked, answer) => {
    expect(expectedAnswer(asked)).toBe(answer);
  });
});

describe('a backchannel', () => {
  it.each([
    ['Mm-hm.', 'en', true],
    ['Yes.', 'en', true],
    ['Okay, right.', 'en', true],
    ['Uh-huh, yeah, I see.', 'en', true],
    ['Yes, but', 'en', false],
    ['Stop.', 'en', false],
    ['No.', 'en', false],
    ['', 'en', false],
    ['Oui, d’accord.', 'fr', true],
    ['Attendez.', 'fr', false],
    ['oui yes', 'multi', true],
  ])('%j in %s: %s', (words, language, is) => {
    expect(isBackchannel(words, language)).toBe(is);
  });
});
