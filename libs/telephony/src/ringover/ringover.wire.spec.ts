import { describe, expect, it } from '@jest/globals';
import { CarrierError } from '@app/conversation/ports';
import { digitsMessage, playMessage, readStreamText, streamAudio, transferMessage } from './ringover.wire.js';

const cannot = expect.objectContaining({ code: 'carrier.cannot' });
const errorOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('what goes to Ringover', () => {
  it('wraps sound as the documented message, at the rate of the line', () => {
    expect(JSON.parse(streamAudio(16_000)(Int16Array.of(1, -2)).toString())).toEqual({
      type: 'streamAudio',
      data: { audioDataType: 'raw', sampleRate: 16_000, audioData: Buffer.from([1, 0, 0xfe, 0xff]).toString('base64') },
    });
  });

  it('sends only the part of an array that it is given', () => {
    const [whole] = [Int16Array.of(9, 1, 2, 9)];
    expect(streamAudio(8_000)(whole.subarray(1, 3))).toEqual(streamAudio(8_000)(Int16Array.of(1, 2)));
  });

  it('names a file to play', () => {
    expect(JSON.parse(playMessage('https://cdn.example.com/a.mp3'))).toEqual({
      event: 'play',
      file: 'https://cdn.example.com/a.mp3',
    });
  });

  it.each([
    ['123', 'number', 123],
    ['0', 'number', 0],
    ['0123', 'string', '0123'],
    ['*12#', 'string', '*12#'],
  ] as const)('sends the digits %s as a %s', (digits, as, data) => {
    expect(JSON.parse(digitsMessage(digits, as))).toEqual({ event: 'digits', data });
  });

  it.each([
    ['0123', 'number'],
    ['00', 'number'],
    ['*', 'number'],
    ['1#', 'number'],
    ['12345678901234567', 'number'],
    ['', 'string'],
    ['12a', 'string'],
    ['1 2', 'string'],
  ] as const)('refuses the digits %p as a %s', (digits, as) => {
    expect(errorOf(() => digitsMessage(digits, as))).toEqual(cannot);
  });

  it.each([
    ['number', 33_123_456_789],
    ['string', '33123456789'],
  ] as const)('sends a transfer with its number as a %s', (as, data) => {
    expect(JSON.parse(transferMessage('+33123456789', as))).toEqual({ event: 'transfer', data });
  });

  it.each(['33123456789', '+0123456', '+12', 'sip:a@b', ''])(
    'refuses to transfer to %p, and does not repeat it',
    (to) => {
      const error = errorOf(() => transferMessage(to, 'number'));
      expect(error).toBeInstanceOf(CarrierError);
      expect((error as CarrierError).message).toBe('ringover: cannot: not an E.164 number');
    },
  );
});

describe('what comes from Ringover', () => {
  it.each([
    ['{"event":"digits","data":"5"}', '5'],
    ['{"event":"digits","data":12}', '12'],
    ['{"event":"dtmf","digit":"#"}', '#'],
    ['{"event":"dtmf","dtmf":"a"}', 'A'],
    ['{"type":"dtmf","data":{"digit":"*"}}', '*'],
    ['{"type":"digit","data":{"digits":"0123"}}', '0123'],
  ])('reads pressed digits from %s', (text, digits) => {
    expect(readStreamText(text)).toEqual({ type: 'digits', digits });
  });

  it.each([
    ['{"call_id":1834567890123456789}', { call_id: '1834567890123456789' }],
    ['{"event":"digits","data":"hello"}', { event: 'digits', data: 'hello' }],
    ['{"event":"started","digit":"5"}', { event: 'started', digit: '5' }],
    ['null', null],
    ['[]', []],
  ])('leaves %s as it is', (text, value) => {
    expect(readStreamText(text)).toEqual({ type: 'json', value });
  });

  it.each(['', 'hello', '{"a":', '['.repeat(100_000)])('bears a text that is no JSON', (text) => {
    expect(readStreamText(text)).toEqual({ type: 'opaque', text });
  });
});
