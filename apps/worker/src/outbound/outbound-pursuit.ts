import type { Logger } from '@app/boot';
import type { CarriedCall, OutboundCarrier } from '@app/conversation/ports';
import { type Clock, OperationalError } from '@app/kernel';
import type { Feed, Lines } from '@app/live-state';
import type { Attempt, AttemptEnd, AttemptStore } from '@app/persistence';
import { foundFor, type Verdict, verdictOn } from './outbound-verdict.js';
import { Rounds } from '../rounds.js';

export interface OutboundPursuitParts {
  attempts: Pick<AttemptStore, 'open' | 'byCarrierCallId' | 'doubt' | 'dialling' | 'end'>;
  carrier: Pick<OutboundCarrier, 'placedSince'>;
  lines: Pick<Lines, 'renew' | 'release'>;
  feed: Pick<Feed, 'publishAfterEnd'>;
  clock: Clock;
  log: Logger;
}

/** A line is leased for 15 s. */
const LOOK_EVERY_MS = 3_000;
/** The carrier takes two requests a second of all of us; a look takes two. */
const ASK_EVERY_MS = 6_000;

/**
 * Looks after calls that were placed and have no stream yet: keeps their lines, finds out what became of them, and takes
 * up those that a process left when it died. It never places one. Any number of workers may look: each change is made
 * once.
 */
export class OutboundPursuit {
  readonly #rounds: Rounds;
  #askedMs = -Infinity;

  constructor(private readonly parts: OutboundPursuitParts) {
    const { clock, log } = parts;
    const failed = 'could not look for calls that were placed';
    this.#rounds = new Rounds({ everyMs: LOOK_EVERY_MS, look: () => this.look(), clock, log, failed });
  }

  watch(): void {
    this.#rounds.begin();
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** @throws StoreError */
  async look(): Promise<void> {
    const { attempts, lines, clock, log } = this.parts;
    const open = await attempts.open();
    if (open.length === 0) return;
    await lines.renew(open);
    const calls = await this.#ask(open);
    for (const attempt of open) {
      const found = calls && (await this.#known(attempt, calls));
      const verdict = verdictOn(attempt, { found, wasAsked: calls !== undefined, now: clock.date() });
      if (verdict && (await this.#settle(attempt, verdict)))
        log.warn({ callId: attempt.callId, ...verdict, found: undefined }, 'a call that was placed was looked up');
    }
  }

  /** What the carrier knows; undefined when it was not asked now, or did not answer. */
  async #ask(open: readonly Attempt[]): Promise<readonly CarriedCall[] | undefined> {
    const { carrier, clock, log } = this.parts;
    const [oldest] = open;
    if (!oldest || clock.nowMs() - this.#askedMs < ASK_EVERY_MS) return undefined;
    this.#askedMs = clock.nowMs();
    try {
      return await carrier.placedSince(oldest.createdAt);
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      log.warn({ error }, 'carrier could not be asked for calls that were placed');
      return undefined;
    }
  }

  /** A call that is another attempt's is not this one's. */
  async #known(attempt: Attempt, calls: readonly CarriedCall[]): Promise<CarriedCall | undefined> {
    const found = foundFor(attempt, calls);
    const free: CarriedCall[] = [];
    for (const call of found) {
      const owner = await this.parts.attempts.byCarrierCallId(attempt.carrier, call.carrierCallId);
      if (!owner || owner.callId === attempt.callId) free.push(call);
    }
    return free.length === 1 ? free[0] : undefined; // of two that look alike, neither is known
  }

  async #settle({ callId, agentId }: Attempt, verdict: Verdict): Promise<boolean> {
    const { attempts, clock } = this.parts;
    const at = clock.date();
    if (verdict.type === 'doubt') return attempts.doubt(callId, at);
    if (verdict.found) await attempts.dialling(callId, verdict.found);
    if (verdict.type === 'dialling') return true;
    const { outcome, failure } = verdict;
    return this.#end({ callId, agentId }, { outcome, at, ...(failure !== undefined && { failure }) });
  }

  async #end({ callId, agentId }: { callId: string; agentId: string }, end: AttemptEnd): Promise<boolean> {
    const { attempts, lines, feed } = this.parts;
    if (!(await attempts.end(callId, end))) return false;
    feed.publishAfterEnd(callId, 0, { type: 'call.ended', reason: end.outcome, durationMs: 0 });
    await lines.release({ agentId, callId });
    return true;
  }
}
