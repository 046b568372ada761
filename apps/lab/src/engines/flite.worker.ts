import { parentPort, workerData } from 'node:worker_threads';
import type * as wasiProgram from './wasi-program.js';
import type * as wordPlaces from './word-places.js';

// Node runs this file as it is, TypeScript or not: it names its neighbours by its own ending and imports nothing else.
const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const { runWasi } = (await import(`./wasi-program${ending}`)) as typeof wasiProgram;
const { PAUSE, placeWords } = (await import(`./word-places${ending}`)) as typeof wordPlaces;

/** Something to say: the stretches between white space, in the signs that flite reads; empty: without a sound. */
export interface FliteRequest {
  id: number;
  voice: string;
  words: readonly string[];
}

export type FliteAnswer =
  | { id: number; samples: Int16Array; rateHz: number; places: readonly { startMs: number; endMs: number }[] }
  | { id: number; error: string };

const WAV_HEADER_BYTES = 44;
const WAV_RATE_AT = 24;
/** Says what the phones of a word are in a tenth of the others' time; all voices share one dictionary. */
const QUICKEST_VOICE = 'kal';
const KNOWN_WORDS = 5_000;

const module = workerData as WebAssembly.Module;
const phonesByWord = new Map<string, readonly string[]>();

function say({ id, voice, words }: FliteRequest): FliteAnswer {
  const text = words.filter((word) => word !== '').join(' ');
  const { stdout, file } = runWasi(module, ['flite', '-voice', voice, '-psdur', '-t', text, '-o', 'it.wav']);
  const rateHz = file.readUInt32LE(WAV_RATE_AT);
  const samples = Int16Array.from({ length: (file.length - WAV_HEADER_BYTES) >> 1 }, (_, at) =>
    file.readInt16LE(WAV_HEADER_BYTES + at * 2),
  );
  const phones = readPhones(stdout, (samples.length * 1_000) / rateHz);
  return { id, samples, rateHz, places: placeWords(phones, words.map(phonesOf)) };
}

/** `hh:0.212` names a sound and the second at which it ends. A voice may leave out some of its last silence. */
function readPhones(stdout: string, lengthMs: number): wordPlaces.Phone[] {
  const phones: wordPlaces.Phone[] = [];
  for (const entry of stdout.split(/\s+/)) {
    const [name, end] = entry.split(':');
    if (!name || end === undefined) continue;
    phones.push({ name, startMs: phones.at(-1)?.endMs ?? 0, endMs: Math.min(lengthMs, Number(end) * 1_000) });
  }
  return phones;
}

function phonesOf(word: string): readonly string[] {
  if (word === '') return [];
  const known = phonesByWord.get(word);
  if (known) return known;
  const { stdout } = runWasi(module, ['flite', '-voice', QUICKEST_VOICE, '-ps', '-t', word, '-o', 'none']);
  const phones = stdout.split(/\s+/).filter((name) => name !== '' && name !== PAUSE);
  if (phonesByWord.size >= KNOWN_WORDS) phonesByWord.clear();
  phonesByWord.set(word, phones);
  return phones;
}

parentPort?.on('message', (request: FliteRequest) => {
  try {
    const answer = say(request);
    parentPort?.postMessage(answer, 'samples' in answer ? [answer.samples.buffer as ArrayBuffer] : []);
  } catch (error) {
    parentPort?.postMessage({ id: request.id, error: String(error) } satisfies FliteAnswer);
  }
});
