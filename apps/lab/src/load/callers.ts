import { LatenessHistogram, type SampleRateHz } from '@app/audio';
import { EventLoopLag } from '@app/boot';
import { type Clock, OperationalError } from '@app/kernel';
import { CentreClient } from '../call/centre-client.js';
import type { Centre } from '../call/centre.js';
import { utterance, type Utterance } from '../caller/utterance.js';
import type { SpeechEngine } from '../engines/speech-engine.js';
import { seededRandom, wholeBetween } from '../seeded-random.js';
import type { CallFigures } from './call-figures.js';
import { LOAD_LINES } from './conversation.js';
import type { CallersReport } from './figures.js';
import { loadCall } from './load-call.js';
import { Prompter } from './prompter.js';
import type { Slot } from './spread.js';

/** What one process of callers is to do. */
export interface CallersOrder {
  centre: Centre;
  /** Of more nodes, which are rung in turn, as a balancer would. */
  otherApiUrls?: readonly string[];
  /** The carrier opens a stream again that broke. */
  reconnects?: boolean;
  /** The recogniser double is told what each caller will say. */
  scripted: boolean;
  slots: readonly Slot[];
  /** From the common start: measured until, and on the line until. */
  measuredMs: number;
  lastsMs: number;
  /** How long a call is, drawn for each. In a long run callers hang up and ring again, as they do in life. */
  callMs: readonly [number, number];
  /** A slot is done after so many calls; undefined: it makes as many as there is time for. */
  callsPerSlot?: number;
  /** Where rendered speech is kept. */
  speechFolder: string;
}

const SHORTEST_CALL_MS = 10_000;
const REDIAL_MS = 1_000;

export async function loadLines(engine: SpeechEngine, rateHz: SampleRateHz): Promise<ReadonlyMap<string, Utterance>> {
  const lines = new Map<string, Utterance>();
  for (const text of LOAD_LINES) {
    const { samples } = await engine.render('rms', text, rateHz);
    lines.set(text, utterance(text, samples, rateHz));
  }
  return lines;
}

/** The callers of one process, all on one event loop. */
export class Callers {
  readonly #lag = new EventLoopLag();
  readonly #framesLate = new LatenessHistogram();
  readonly #calls: CallFigures[] = [];
  readonly #refused: string[] = [];
  readonly #client: CentreClient;
  #rung = 0;

  constructor(
    private readonly order: CallersOrder,
    private readonly lines: ReadonlyMap<string, Utterance>,
    private readonly clock: Clock,
  ) {
    this.#client = new CentreClient(order.centre, clock);
  }

  /** Resolves when all of its calls have ended. */
  async run(): Promise<CallersReport> {
    this.#lag.take();
    const startedMs = this.clock.nowMs();
    await Promise.all(this.order.slots.map((slot) => this.#keepBusy(slot, startedMs)));
    const { p99Ms: lagP99Ms, maxMs: lagMaxMs } = this.#lag.take();
    this.#lag.close();
    const { count: frames, p99Ms: framesLateP99Ms, maxMs: framesLateMaxMs } = this.#framesLate.snapshot();
    const lab = { lagP99Ms, lagMaxMs, frames, framesLateP99Ms, framesLateMaxMs };
    return { calls: this.#calls, refused: this.#refused, lab };
  }

  async #keepBusy(slot: Slot, startedMs: number): Promise<void> {
    const random = seededRandom(slot.seed);
    await this.clock.sleep(slot.startsAfterMs);
    const { lastsMs, measuredMs, callMs, callsPerSlot = Infinity } = this.order;
    const shortestMs = Math.min(SHORTEST_CALL_MS, callMs[0], lastsMs / 2);
    for (let made = 0; made < callsPerSlot; made += 1) {
      const atMs = this.clock.nowMs() - startedMs;
      const leftMs = lastsMs - atMs;
      if (leftMs < shortestMs) return;
      const drawnMs = wholeBetween(random, ...callMs);
      const lengthMs = leftMs - drawnMs < shortestMs ? leftMs : drawnMs;
      await this.#call(slot, slot.seed + made, lengthMs, measuredMs - atMs);
    }
  }

  async #call(slot: Slot, seed: number, lengthMs: number, measuredMs: number): Promise<void> {
    const { lines, clock } = this;
    const prompter = this.order.scripted ? this.#prompter() : undefined;
    const framesLate = this.#framesLate;
    try {
      const figures = await loadCall({
        route: this.#routeOf(slot),
        reconnects: this.order.reconnects ?? false,
        lines,
        seed,
        lengthMs,
        measuredMs,
        clock,
        framesLate,
        began: (id) => prompter?.began(id),
        spoke: (text) => prompter?.spoke(text),
      });
      this.#calls.push(figures);
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      this.#refused.push(error.message);
      await clock.sleep(REDIAL_MS);
    }
  }

  #nodesInTurn(): string[] {
    const { centre, otherApiUrls = [] } = this.order;
    const all = [centre.apiUrl, ...otherApiUrls];
    const first = this.#rung % all.length;
    this.#rung += 1;
    return [...all.slice(first), ...all.slice(0, first)];
  }

  #prompter(): Prompter {
    const { lines } = this;
    const rateHz = this.order.centre.ringover.streamRateHz;
    return new Prompter({ client: this.#client, lines, rateHz, failed: (why) => this.#refused.push(why) });
  }

  #routeOf(slot: Slot) {
    const { ringover, numbers } = this.order.centre;
    const [apiUrl = '', ...otherApiUrls] = this.#nodesInTurn();
    const { webhookToken, callEventKey, streamRateHz: rateHz } = ringover;
    const number = numbers[slot.number % numbers.length];
    if (!number) throw new Error('a centre without numbers');
    const fromNumber = `3361${String(slot.seed % 10_000_000).padStart(7, '0')}`;
    return {
      apiUrl,
      otherApiUrls,
      webhookToken,
      callEventKey,
      rateHz,
      mediaToken: number.mediaToken,
      fromNumber,
      toNumber: number.e164,
    };
  }
}
