import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { DeepgramTranscript, listenUrl } from './deepgram.wire.js';

const results = (transcript: string, flags: Record<string, boolean>) =>
  JSON.stringify({
    type: 'Results',
    channel_index: [0, 1],
    is_final: false,
    ...flags,
    channel: { alternatives: [{ transcript, confidence: 0.9, words: [] }] },
  });
const GUESS = { is_final: false };
const FINAL = { is_final: true };
const END = { is_final: true, speech_final: true };
const UTTERANCE_END = '{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.1}';

describe('reading Deepgram', () => {
  it.each<[string, string[], string[]]>([
    ['a guess is no last word', [results('bon', GUESS)], ['words-changed bon']],
    ['a settled segment', [results('bonjour', FINAL)], ['words-settled bonjour']],
    ['speech ends with its words', [results('oui', END)], ['words-settled oui', 'speech-ended']],
    [
      'two kinds of end are one end',
      [results('oui', END), UTTERANCE_END, UTTERANCE_END],
      ['words-settled oui', 'speech-ended'],
    ],
    ['an end by the gap alone', [results('oui', FINAL), UTTERANCE_END], ['words-settled oui', 'speech-ended']],
    [
      'new words end anew',
      [results('un', END), results('deux', END)],
      ['words-settled un', 'speech-ended', 'words-settled deux', 'speech-ended'],
    ],
    ['an end without a word is no end', [results('', END), UTTERANCE_END], []],
    [
      'a guess that comes to nothing is taken back',
      [results('hm', GUESS), results('', FINAL)],
      ['words-changed hm', 'words-changed '],
    ],
    ['empty results say nothing', [results('', GUESS), results('', FINAL)], []],
    ['an answer to our asking', [results('oui', { is_final: true, from_finalize: true })], ['words-settled oui']],
    ['nothing left to answer', [results('', { is_final: true, from_finalize: true })], ['words-settled ']],
    ['silence that nobody asked about', [results('', { is_final: true })], []],
    ['what is not about words', ['{"type":"Metadata","channels":1}', '{"type":"SpeechStarted","channel":[0,1]}'], []],
  ])('%s', (_what, messages, told) => {
    const transcript = new DeepgramTranscript('deepgram/nova-3');
    const heard = messages.flatMap((message) => transcript.read(message));
    expect(heard.map((item) => ('text' in item ? `${item.type} ${item.text}` : item.type))).toEqual(told);
  });

  it.each([
    '<html>',
    '[]',
    '{"type":"Results"}',
    '{"type":"Results","is_final":true,"channel":{"alternatives":[]}}',
    '',
  ])('does not understand %j', (message) => {
    expect(() => new DeepgramTranscript('deepgram/nova-3').read(message)).toThrow('deepgram/nova-3: unreadable');
  });

  it('does not repeat what the caller said in an error', () => {
    let error: unknown;
    try {
      new DeepgramTranscript('deepgram/nova-3').read('{"type":"Results","my name is');
    } catch (thrown) {
      error = thrown;
    }
    expect(inspect(error)).toContain('unreadable');
    expect(inspect(error)).not.toContain('my name');
  });

  it.each([
    ['fr-FR', 'fr'],
    ['fr-CA', 'fr-CA'],
    ['en-GB', 'en-GB'],
    ['multi', 'multi'],
  ])('asks for %s as %s', (language, theirs) => {
    const config = { url: 'wss://far', model: 'nova-3', endpointingMs: 300, utteranceEndMs: 1_000 };
    const url = listenUrl(config, { callId: 'c', language, rateHz: 16_000 });
    expect(url.searchParams.get('language')).toBe(theirs);
  });
});
