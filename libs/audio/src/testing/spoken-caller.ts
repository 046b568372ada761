import { readFileSync } from 'node:fs';
import { parseWav } from '../wav.js';

const FILE = new URL('../../../../test/fixtures/audio/book-a-table-8k.wav', import.meta.url);

/**
 * "Hello. I would like to book a table." at 8 kHz, 3.7 s: a synthetic voice (flite, rms) in very faint noise, with quiet
 * before and after. Times are those of its first and last sound.
 */
export function spokenCaller(): { samples: Int16Array; voiceFromMs: number; voiceToMs: number } {
  const [samples = new Int16Array()] = parseWav(readFileSync(FILE)).channels;
  return { samples, voiceFromMs: 700, voiceToMs: 3_115 };
}
