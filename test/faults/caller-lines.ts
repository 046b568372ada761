import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Utterance, utterance } from '../../apps/lab/src/caller/utterance.js';
import { FliteEngine } from '../../apps/lab/src/engines/flite.engine.js';

export const WHERE = 'Where can I find you in town?';
export const COST = 'I would like to know how much that costs.';
export const BOOK = 'I would like to book an appointment please.';
export const MORNING = 'In the morning please.';
export const FIRST = 'The first one please.';
export const NAME = 'My name is Anna Miller.';
export const YES = 'Yes, put them through.';
const LINES = [WHERE, COST, BOOK, MORNING, FIRST, NAME, YES];

const RATE_HZ = 8_000;
/** Speech that was made once is there for the next run. */
const SPEECH = fileURLToPath(new URL('../../.local/lab/speech', import.meta.url));

/** Everything that a caller of these suites says, as it sounds. */
export async function callerLines(): Promise<ReadonlyMap<string, Utterance>> {
  const engine = new FliteEngine({ cacheFolder: join(SPEECH) });
  try {
    const lines = new Map<string, Utterance>();
    for (const text of LINES) {
      const { samples } = await engine.render('rms', text, RATE_HZ);
      lines.set(text, utterance(text, samples, RATE_HZ));
    }
    return lines;
  } finally {
    await engine.close();
  }
}
