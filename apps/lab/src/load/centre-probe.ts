import { type Clock, OperationalError } from '@app/kernel';
import { type ApiLatency, readApiCall, readCallPage } from '../call/api-call.js';
import type { Centre } from '../call/centre.js';
import { StallWatch, type Timed } from './stall-watch.js';

const ASK_EVERY_MS = 250;
/** Enough of them for a hundredth to be several. */
const ASK_CALL_EVERY_MS = 100;
const ANSWER_WITHIN_MS = 5_000;
const FREE_WITHIN_MS = 30_000;
const FINISHED_WITHIN_MS = 60_000;
/** Of calls whose records are read for the product's own part: enough for a percentile. */
const MOST_READ = 100;

/** The centre did not answer a question about its calls. */
export class ProbeFailed extends OperationalError {
  readonly code = 'lab.probe-failed';
  readonly retryable = true;
}

/** Reads one live call after the other, and takes down how long each answer took. */
export class RestProbe {
  readonly #watch: StallWatch;
  readonly #done: Promise<void>;
  #stopped = false;

  constructor(
    private readonly centre: Centre,
    private readonly clock: Clock,
  ) {
    this.#watch = new StallWatch(clock);
    this.#done = this.#ask();
    this.#done.catch(() => undefined); // told by `stop`
  }

  /** @returns how long each took. @throws ProbeFailed */
  async stop(): Promise<Timed> {
    this.#stopped = true;
    await this.#done.catch((error: unknown) => {
      this.#watch.stop();
      throw error;
    });
    return this.#watch.stop();
  }

  async #ask(): Promise<void> {
    while (!this.#stopped) {
      for (const { id } of await liveCalls(this.centre)) {
        if (this.#stopped) return;
        const done = this.#watch.begin();
        await askApi(this.centre, `/calls/${id}`);
        done();
        await this.clock.sleep(ASK_CALL_EVERY_MS);
      }
      await this.clock.sleep(ASK_EVERY_MS);
    }
  }
}

/** Waits until the centre knows of no live call. False: it still did after half a minute. @throws ProbeFailed */
export async function linesAreFree(centre: Centre, clock: Clock): Promise<boolean> {
  const untilMs = clock.nowMs() + FREE_WITHIN_MS;
  while ((await liveCalls(centre)).length > 0) {
    if (clock.nowMs() > untilMs) return false;
    await clock.sleep(ASK_EVERY_MS);
  }
  return true;
}

/** Waits until the record of every call is stored. False: some were not after a minute. @throws ProbeFailed */
export async function callsAreFinished(centre: Centre, clock: Clock): Promise<boolean> {
  const untilMs = clock.nowMs() + FINISHED_WITHIN_MS;
  for (;;) {
    const closing = readCallPage(await askApi(centre, '/calls?state=closing&limit=1'));
    if (closing.length + (await liveCalls(centre)).length === 0) return true;
    if (clock.nowMs() > untilMs) return false;
    await clock.sleep(ASK_EVERY_MS);
  }
}

/** The product's own part of each turn of the newest calls. @throws ProbeFailed */
export async function ownPartMs(centre: Centre, calls: number): Promise<number[]> {
  const page = readCallPage(await askApi(centre, `/calls?limit=${Math.min(MOST_READ, calls)}`));
  const found: number[] = [];
  for (const { id } of page) {
    const { latencies } = readApiCall(await askApi(centre, `/calls/${id}`));
    found.push(...latencies.flatMap((latency) => ownPartOf(latency) ?? []));
  }
  return found;
}

/**
 * From what a stage waited for to what came of it: words that settled to the model's being asked, and the voice's first
 * sound to its being audible. A reply that was begun before the turn had ended waits for that end, which is no work.
 */
export function ownPartOf(latency: ApiLatency): number | undefined {
  const { turnEndedMs, askedMs, firstAudioMs, audibleMs } = latency;
  if (turnEndedMs === null || askedMs === null || firstAudioMs === null || audibleMs === null) return undefined;
  return Math.max(0, askedMs - turnEndedMs) + Math.max(0, audibleMs - Math.max(firstAudioMs, turnEndedMs));
}

const liveCalls = async (centre: Centre) => readCallPage(await askApi(centre, '/calls?state=live'));

/** @throws ProbeFailed */
export async function askApi({ apiUrl, apiKey }: Centre, path: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch(`${apiUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${apiKey}` }, signal });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return await answer.json();
  } catch (cause) {
    throw new ProbeFailed(`no answer to ${path}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause });
  }
}
