import { type SampleRateHz, samplesIn } from '@app/audio';
import type { RenderedSpeech, RenderedWord, SpeechEngine, VoiceName } from './speech-engine.js';

/** A quick speaker. */
const MS_PER_LETTER = 50;
const SHORTEST_MS = 120;
/** The quiet at a word's end. */
const PAUSE_MS = 30;
const PITCH_HZ = 120;
const LEVEL = 3_000;
const KEPT = 2_000;

/**
 * No voice: a hum, as long and as loud as the words would be, and quiet between them. Making it costs next to nothing,
 * so that a load's doubles leave the machine to what is measured.
 */
export class MurmurEngine implements SpeechEngine {
  readonly #made = new Map<string, RenderedSpeech>();

  render(_voice: VoiceName, text: string, rateHz: SampleRateHz): Promise<RenderedSpeech> {
    const name = `${rateHz} ${text}`;
    const made = this.#made.get(name) ?? murmur(text, rateHz);
    if (this.#made.size < KEPT) this.#made.set(name, made);
    return Promise.resolve(made);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function murmur(text: string, rateHz: SampleRateHz): RenderedSpeech {
  const words: RenderedWord[] = [];
  let endMs = 0;
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const startMs = endMs;
    endMs += Math.max(SHORTEST_MS, word.length * MS_PER_LETTER);
    words.push({ text: word, startMs, endMs });
  }
  const samples = new Int16Array(samplesIn(endMs, rateHz));
  for (const { startMs, endMs: toMs } of words)
    hum(samples, samplesIn(startMs, rateHz), samplesIn(toMs - PAUSE_MS, rateHz), rateHz);
  return { samples, words };
}

/** A sawtooth: rich in tones, as a voice is. */
function hum(samples: Int16Array, from: number, to: number, rateHz: SampleRateHz): void {
  const period = Math.round(rateHz / PITCH_HZ);
  for (let at = from; at < to; at += 1) samples[at] = LEVEL - (2 * LEVEL * (at % period)) / period;
}
