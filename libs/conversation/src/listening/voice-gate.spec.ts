import { expect, it } from '@jest/globals';
import { VoiceGate } from './voice-gate.js';

/** One character per 20 ms window: # voice, ~ in between, . silence. Answers < where it started, > where it stopped. */
function hear(windows: string): string {
  const gate = new VoiceGate({ voiceThreshold: 0.5, silenceThreshold: 0.35, voiceMs: 60, silenceMs: 100 });
  const probability = { '#': 0.9, '~': 0.4 } as Record<string, number>;
  const marks = { 'voice-started': '<', 'voice-stopped': '>', none: '-' };
  return [...windows].map((window) => marks[gate.hear(probability[window] ?? 0.1, 20)?.type ?? 'none']).join('');
}

it.each([
  ['a cough is no voice', '##....##....', '------------'],
  ['a voice starts after 60 ms', '######', '--<---'],
  ['a gap between words is no end', '####...####', '--<--------'],
  ['silence ends it after 100 ms', '####.......', '--<----->--'],
  ['doubt does not end it', '####~~~~~~~', '--<--------'],
  ['doubt does not start it', '~~~~~~', '------'],
])('%s', (_name, windows, expected) => {
  expect(hear(windows)).toBe(expected);
});

it('says how long ago it really began', () => {
  const gate = new VoiceGate({ voiceThreshold: 0.5, silenceThreshold: 0.35, voiceMs: 60, silenceMs: 100 });
  expect([1, 1, 1].map((probability) => gate.hear(probability, 32))).toEqual([
    undefined,
    { type: 'voice-started', agoMs: 64 },
    undefined,
  ]);
});
