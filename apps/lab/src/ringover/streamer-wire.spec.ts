import { describe, expect, it } from '@jest/globals';
import { l16, metadataJson, readCommand } from './streamer-wire.js';

const audio = (data: object) =>
  JSON.stringify({ type: 'streamAudio', data: { audioDataType: 'raw', sampleRate: 8_000, ...data } });
const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');

describe('what the virtual Ringover reads', () => {
  it('reads raw sound, least significant byte first', () => {
    expect(readCommand(audio({ audioData: base64(1, 0, 0xfe, 0xff, 0, 0x80) }), 'number')).toEqual({
      type: 'stream-audio',
      samples: Int16Array.of(1, -2, -32_768),
      rateHz: 8_000,
    });
  });

  it.each([
    ['{"event":"break"}', { type: 'break' }],
    ['{"event":"digits","data":123}', { type: 'digits', digits: '123' }],
    ['{"event":"transfer","data":33123456789}', { type: 'transfer', to: '33123456789' }],
    [
      '{"event":"play","file":"https://cdn.example.com/a.mp3"}',
      { type: 'play', file: 'https://cdn.example.com/a.mp3' },
    ],
  ])('reads %s as the documents show it', (text, command) => {
    expect(readCommand(text, 'number')).toEqual(command);
  });

  it('takes digits as texts only where it is told that Ringover does', () => {
    const text = '{"event":"digits","data":"0*#"}';
    expect(readCommand(text, 'number')).toMatchObject({ type: 'unreadable' });
    expect(readCommand(text, 'string')).toEqual({ type: 'digits', digits: '0*#' });
    expect(readCommand('{"event":"digits","data":1}', 'string')).toMatchObject({ type: 'unreadable' });
  });

  it.each([
    ['', 'JSON'],
    ['[]', 'JSON'],
    ['{"event":"streamAudio"}', 'known'],
    ['{"type":"break"}', 'known'],
    [audio({}), 'audioData'],
    [audio({ audioData: 'not base64!' }), 'base64'],
    [audio({ audioData: base64(1, 2, 3) }), '3 bytes'],
    [audio({ audioData: '' }), '0 bytes'],
    [audio({ audioData: base64(1, 2), sampleRate: 44_100 }), '44100'],
    [audio({ audioData: base64(1, 2), audioDataType: 'mp3' }), 'mp3'],
    ['{"event":"transfer","data":-1}', '-1'],
  ])('tells what is wrong with %s', (text, why) => {
    expect(readCommand(text, 'number')).toEqual({ type: 'unreadable', why: expect.stringContaining(why) });
  });
});

describe('what the virtual Ringover writes', () => {
  it('writes an id of 64 bits with all its digits, as a number or as a text', () => {
    const call = { callId: '18345678901234567890', fromNumber: '33612345678', toNumber: '33184990011' };
    expect(metadataJson(call, 'number')).toBe(
      '{"call_id":18345678901234567890,"from_number":"33612345678","to_number":"33184990011"}',
    );
    expect(JSON.parse(metadataJson(call, 'string'))).toMatchObject({ call_id: '18345678901234567890' });
  });

  it('writes sound least significant byte first', () => {
    expect([...l16(Int16Array.of(1, -2, 0x1234))]).toEqual([1, 0, 0xfe, 0xff, 0x34, 0x12]);
  });
});
