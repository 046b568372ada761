import type * as library from './pocketsphinx-library.js';

// Node runs this file as it is, TypeScript or not: it names its neighbour by its own ending and imports nothing else.
const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const { loadSphinx, SphinxDecoder } = (await import(`./pocketsphinx-library${ending}`)) as typeof library;

export type ToSphinx =
  | { type: 'load'; libraries: readonly string[]; model: string }
  | { type: 'open' | 'begin' | 'settle' | 'close'; session: number }
  | { type: 'hear'; session: number; samples: Int16Array }; // at 16 kHz

export type FromSphinx =
  | { type: 'loaded' }
  | { type: 'failed'; because: string }
  | { type: 'guessed'; session: number; text: string }
  | { type: 'settled'; session: number; words: library.SphinxWord[] };

interface Session {
  decoder: library.SphinxDecoder;
  speaking: boolean;
  guess: string;
  /** Since the last guess. */
  unguessedSamples: number;
}

/** 200 ms. */
const GUESS_EVERY_SAMPLES = 3_200;

const sessions = new Map<number, Session>();
const free: library.SphinxDecoder[] = [];
let newDecoder = (): library.SphinxDecoder => {
  throw new Error('not loaded');
};

function load(files: { libraries: readonly string[]; model: string }): void {
  const functions = loadSphinx(files.libraries);
  newDecoder = () => new SphinxDecoder(functions, files.model);
  free.push(newDecoder());
  tell({ type: 'loaded' });
}

function open(id: number): void {
  sessions.set(id, { decoder: free.pop() ?? newDecoder(), speaking: false, guess: '', unguessedSamples: 0 });
}

function begin(session: Session): void {
  if (session.speaking) session.decoder.end();
  session.decoder.begin();
  Object.assign(session, { speaking: true, guess: '', unguessedSamples: 0 });
}

function hear(id: number, session: Session, samples: Int16Array): void {
  if (!session.speaking) return;
  session.decoder.hear(samples);
  session.unguessedSamples += samples.length;
  if (session.unguessedSamples < GUESS_EVERY_SAMPLES) return;
  session.unguessedSamples = 0;
  const text = session.decoder.guess();
  if (text !== session.guess) tell({ type: 'guessed', session: id, text });
  session.guess = text;
}

function settle(id: number, session: Session): void {
  const words = session.speaking ? session.decoder.end() : [];
  session.speaking = false;
  tell({ type: 'settled', session: id, words });
}

function close(id: number, session: Session): void {
  if (session.speaking) session.decoder.end();
  sessions.delete(id);
  free.push(session.decoder);
}

function obey(message: ToSphinx): void {
  if (message.type === 'load') return load(message);
  if (message.type === 'open') return open(message.session);
  const session = sessions.get(message.session);
  if (!session) return;
  if (message.type === 'hear') return hear(message.session, session, message.samples);
  if (message.type === 'begin') return begin(session);
  if (message.type === 'settle') return settle(message.session, session);
  close(message.session, session);
}

function tell(message: FromSphinx): void {
  process.send?.(message);
}

process.on('message', (message: ToSphinx) => {
  try {
    obey(message);
  } catch (error) {
    process.send?.({ type: 'failed', because: String(error) } satisfies FromSphinx, undefined, undefined, () =>
      process.exit(1),
    );
  }
});
process.on('disconnect', () => process.exit(0)); // whoever wanted it is gone
