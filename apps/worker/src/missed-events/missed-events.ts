import type { Logger } from '@app/boot';
import type { CarrierCall, CarrierCalls, CurrentCarrierCall, PastCarrierCall } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { Commands, LiveCall, LiveCalls, Turns } from '@app/live-state';
import type { CallStore, NumberStore } from '@app/persistence';
import { Rounds } from '../rounds.js';
import { GRACE_MS, isGone, verdictOn } from './gone-calls.js';
import type { MadeGood } from './made-good.js';

export interface MissedEventsParts {
  carrier: string;
  /** What the carrier says when it is asked. */
  asked: CarrierCalls;
  madeGood: Pick<MadeGood, 'make'>;
  live: Pick<LiveCalls, 'unfinished' | 'findByCarrierCallId'>;
  calls: Pick<CallStore, 'knownOf' | 'assumedOf'>;
  numbers: Pick<NumberStore, 'list'>;
  turns: Turns;
  /** To the nodes that have calls. */
  commands: Pick<Commands, 'send'>;
  /** Between two looks; 30 s if not said. */
  everyMs?: number;
  clock: Clock;
  log: Logger;
}

const LOOK_EVERY_MS = 30_000;
/** One worker's look counts for all; a little less, so that the next look is not lost to a slow clock. */
const TURN_SHARE = 0.9;
/** Looks until the history is asked for, when nothing is amiss: it also knows of calls that nobody heard of. */
const HISTORY_EVERY = 4;
/** How far back the history is asked for beyond the last time; at the start, also beyond a restart. */
const OVERLAP_MS = 10 * 60_000;
const AT_START_MS = 60 * 60_000;

/**
 * Compares our calls with what the carrier says of them, and makes good what it did not tell. One request a look, and one
 * more every fourth time or when a call of ours is gone there. Any number of workers may watch: one of them looks.
 */
export class MissedEvents {
  readonly #rounds: Rounds;
  #historyAskedMs = Number.NEGATIVE_INFINITY;
  #historySince: Date | undefined;
  /** Live calls that the carrier did not have at the last look. */
  #gone: ReadonlySet<string> = new Set();

  constructor(private readonly parts: MissedEventsParts) {
    const { clock, log } = parts;
    const failed = 'could not ask the carrier for what was missed';
    this.#rounds = new Rounds({ everyMs: this.#everyMs, look: () => this.look(), clock, log, failed });
  }

  /** Looks at once, and again and again. */
  watch(): void {
    this.#rounds.beginNow();
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** @throws CarrierError, StoreError, JobsUnavailable */
  async look(): Promise<void> {
    const { carrier, asked, live, turns, clock } = this.parts;
    if (!(await turns.take(`missed-events ${carrier}`, this.#everyMs * TURN_SHARE))) return;
    const current = await asked.current();
    const ours = (await live.unfinished()).filter((call) => call.carrier === carrier);
    const listed = new Set<string | null>(current.map(({ carrierCallId }) => carrierCallId));
    await this.#askForGone(listed, ours);
    await this.#hear(current);
    const atMs = clock.date().getTime();
    // no end was told of them
    const isAmiss = ours.some(
      (call) => call.hungUpAt === null && isGone(call, { isListed: listed.has(call.carrierCallId), atMs }),
    );
    if (!isAmiss && clock.nowMs() - this.#historyAskedMs < this.#everyMs * HISTORY_EVERY) return;
    await this.#readHistory();
  }

  /** Their nodes end those whose lines are silent; that a call is not listed is no proof against its sound. */
  async #askForGone(listed: ReadonlySet<string | null>, ours: readonly LiveCall[]): Promise<void> {
    const { clock, commands, log } = this.parts;
    const [atMs, before] = [clock.date().getTime(), this.#gone];
    const judged = ours.map((call) => {
      const looked = { isListed: listed.has(call.carrierCallId), wasGone: before.has(call.id), atMs };
      return { ...call, verdict: verdictOn(call, looked) };
    });
    this.#gone = new Set(judged.filter(({ verdict }) => verdict !== 'well').map(({ id }) => id));
    const gone = judged.filter(({ verdict }) => verdict === 'ask');
    await Promise.all(
      gone.map(async ({ id: callId, carrierCallId }) => {
        const { state, ...answer } = await commands.send(callId, { type: 'carrier-gone', author: 'reconciliation' });
        log.warn({ callId, carrierCallId, state, ...answer }, 'carrier does not have a live call any more');
      }),
    );
  }

  get #everyMs(): number {
    return this.parts.everyMs ?? LOOK_EVERY_MS;
  }

  /** Calls at our numbers that we were not told of: a ringing one may still come; one that is spoken in did not. */
  async #hear(current: readonly CurrentCarrierCall[]): Promise<void> {
    const unknown = await this.#unknownOf(current.filter(({ state }) => state !== 'other'));
    const now = this.parts.clock.date();
    for (const call of unknown) {
      if (call.state === 'ringing') await this.parts.madeGood.make('ringing', call, now);
      else if (isOld(call, now)) await this.#noteUnseen(call, now);
    }
  }

  async #readHistory(): Promise<void> {
    const { asked, clock, madeGood } = this.parts;
    const now = clock.date();
    const past = await asked.history(this.#historySince ?? new Date(now.getTime() - AT_START_MS));
    await this.#makeEndsGood(past);
    for (const call of await this.#unknownOf(past)) {
      const endedAt = call.endedAt ?? call.startedAt ?? now;
      if (now.getTime() - endedAt.getTime() < GRACE_MS) continue; // its word may be on the way
      if (call.outcome === 'missed') await madeGood.make('missed', call, endedAt);
      else await this.#noteUnseen(call, endedAt);
    }
    this.#historyAskedMs = clock.nowMs();
    this.#historySince = new Date(now.getTime() - OVERLAP_MS);
  }

  /** Only of calls that wait for this word, or were stored without it: one that is known to have ended changes no more. */
  async #makeEndsGood(past: readonly PastCarrierCall[]): Promise<void> {
    const { carrier, calls, live, madeGood, log } = this.parts;
    const spoken = past.filter(({ endedAt, outcome }) => endedAt && outcome !== 'missed');
    const assumed = await calls.assumedOf(
      carrier,
      spoken.map(({ carrierCallId }) => carrierCallId),
    );
    for (const call of spoken) {
      const { carrierCallId, endedAt } = call;
      const ours = await live.findByCarrierCallId(carrier, carrierCallId);
      const waits = ours ? ours.hungUpAt === null : assumed.has(carrierCallId);
      if (!waits || !endedAt) continue;
      log.warn({ callId: ours?.id, carrierCallId }, 'hang-up was not told, and is made good');
      await madeGood.make('hangup', call, endedAt);
    }
  }

  async #noteUnseen(call: CarrierCall, at: Date): Promise<void> {
    this.parts.log.warn({ carrierCallId: call.carrierCallId }, 'carrier has a call that never came to us');
    await this.parts.madeGood.make('unseen', call, at);
  }

  /** At numbers of ours, and neither live nor kept. */
  async #unknownOf<Call extends CarrierCall>(calls: readonly Call[]): Promise<Call[]> {
    if (calls.length === 0) return [];
    const { carrier, numbers } = this.parts;
    const rows = await numbers.list();
    const own = new Set(rows.filter((row) => row.carrier === carrier).map(({ e164 }) => e164));
    const here = calls.filter(({ from, to }) => (from && own.has(from)) || (to && own.has(to)));
    const kept = await this.parts.calls.knownOf(
      carrier,
      here.map(({ carrierCallId }) => carrierCallId),
    );
    const unknown: Call[] = [];
    for (const call of here) {
      if (kept.has(call.carrierCallId)) continue;
      if (!(await this.parts.live.findByCarrierCallId(carrier, call.carrierCallId))) unknown.push(call);
    }
    return unknown;
  }
}

const isOld = ({ startedAt }: CarrierCall, now: Date): boolean =>
  startedAt !== undefined && now.getTime() - startedAt.getTime() >= GRACE_MS;
