import type { SampleRateHz } from '@app/audio';
import type { SoundName } from '../ports/index.js';

/** A tone: one or two frequencies in Hz, none for silence. */
interface Tone {
  hz: readonly number[];
  lengthMs: number;
  /** Dies away like a string that was plucked; else it is held. */
  plucked: boolean;
}

/** Of full scale: well below a voice. */
const LOUDNESS = 0.12;
/** Rise and fall of a tone, so that it does not click. */
const EDGE_MS = 8;
const PLUCK_FALL_MS = 380;
const NOTE_MS = 375;

const held = (hz: readonly number[], lengthMs: number): Tone => ({ hz, lengthMs, plucked: false });
const plucked = (hz: number): Tone => ({ hz: [hz], lengthMs: NOTE_MS, plucked: true });

/** Notes of one octave and a half, by their distance from A3 in semitones. */
const note = (semitones: number): number => 220 * 2 ** (semitones / 12);

/** Four chords, each broken up and down twice; 24 s, and it ends where it began. */
const CHORDS = [
  [3, 7, 10, 15],
  [0, 3, 7, 12],
  [5, 8, 12, 17],
  [-2, 2, 5, 10],
] as const;
const MUSIC = CHORDS.flatMap((chord) => [0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 3, 2, 1, 2, 1, 0].map((n) => chord[n] ?? 0));

/** Frequencies of ringing and busy: those of Europe (ITU-T E.180, 425 Hz). */
const TONES_OF: Readonly<Record<SoundName, readonly Tone[]>> = {
  music: MUSIC.map((semitones) => plucked(note(semitones))),
  beep: [held([1_000], 400)],
  chime: [plucked(note(15)), plucked(note(7))],
  ringing: [held([425], 1_000), held([], 4_000), held([425], 1_000)],
  busy: [0, 1, 2, 3].flatMap(() => [held([425], 500), held([], 500)]),
};

const made = new Map<string, Int16Array>();

/** Made once in a process; nobody may write into it. */
export function soundOf(name: SoundName, rateHz: SampleRateHz): Int16Array {
  const key = `${name} ${rateHz}`;
  const known = made.get(key) ?? joined(TONES_OF[name].map((tone) => samplesOf(tone, rateHz)));
  made.set(key, known);
  return known;
}

function samplesOf({ hz, lengthMs, plucked: falls }: Tone, rateHz: SampleRateHz): Int16Array {
  const samples = new Int16Array((lengthMs * rateHz) / 1_000);
  const edge = (EDGE_MS * rateHz) / 1_000;
  for (let n = 0; n < samples.length && hz.length > 0; n += 1) {
    const ends = Math.min(1, n / edge, (samples.length - n) / edge);
    const level = falls ? ends * Math.exp((-n * 1_000) / rateHz / PLUCK_FALL_MS) : ends;
    const wave = hz.reduce((sum, each) => sum + Math.sin((2 * Math.PI * each * n) / rateHz), 0) / hz.length;
    samples[n] = wave * level * LOUDNESS * 32_767;
  }
  return samples;
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
