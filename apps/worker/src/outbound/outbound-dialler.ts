import type { Logger } from '@app/boot';
import { CarrierError, type OutboundCarrier } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { Feed, Lines } from '@app/live-state';
import { type AgentStore, type Attempt, type AttemptDrop, type AttemptStore, type ContactStore, dialledFrom, type OrderQueue } from '@app/persistence'; // prettier-ignore

export interface OutboundDiallerParts {
  carriers: readonly OutboundCarrier[];
  linesPerAgent: number;
  /** Of all agents on all nodes; undefined: no limit. */
  linesInAll: number | undefined;
  attempts: Pick<AttemptStore, 'dialling' | 'doubt' | 'end'>;
  orders: Pick<OrderQueue, 'begin' | 'drop' | 'putOff'>;
  agents: Pick<AgentStore, 'list'>;
  contacts: Pick<ContactStore, 'mayCall'>;
  lines: Pick<Lines, 'acquire' | 'release'>;
  feed: Pick<Feed, 'publishAfterEnd'>;
  clock: Clock;
  log: Logger;
}

/** From the order to the carrier's answer, its turn at the gate included. After that, it is looked up. */
const DIAL_WITHIN_MS = 15_000;

/** A carrier that said "not now" is asked again: for another try, after a wait that grows with each. */
const MOST_TRIES = 30;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 300_000;
const waitOf = ({ tryNumber }: Attempt): number => Math.min(FIRST_WAIT_MS * tryNumber, LONGEST_WAIT_MS);

/** `left`: it is not in the queue any more, whoever took it out. */
export type Dialled = 'left' | 'put-off' | 'no-line';

/**
 * Dials what was ordered, each try at most once: it is taken out of the queue before the carrier is asked, and whatever
 * happens then, it is never asked again by itself.
 */
export class OutboundDialler {
  constructor(private readonly parts: OutboundDiallerParts) {}

  /** Resolves when the carrier has answered. @throws StoreError; then it is in the queue, or will be looked up */
  async dial(attempt: Attempt): Promise<Dialled> {
    const { orders, clock } = this.parts;
    const now = clock.date();
    const from = dialledFrom(attempt.terms, now);
    if (!from) return this.#drop(attempt, { outcome: 'expired', at: now });
    if (from > now) {
      await orders.putOff(attempt.callId, from);
      return 'put-off';
    }
    const ready = await this.#readyFor(attempt);
    if ('failure' in ready) return this.#drop(attempt, { outcome: 'failed', failure: ready.failure, at: now });
    const { agent, carrier } = ready;
    const limits = { agent: agent.lines ?? this.parts.linesPerAgent, account: this.parts.linesInAll };
    if (!(await this.parts.lines.acquire(attempt, limits))) return 'no-line';
    // who was not the one keeps no line: either it is the other's, by the name of the call, or it comes back by itself
    if (!(await orders.begin(attempt.callId, { agentVersion: agent.liveVersion, at: now }))) return 'left';
    await this.#ask(attempt, carrier);
    return 'left';
  }

  /** Much may have changed since the call was ordered, and the person may have said something. */
  async #readyFor({ agentId, way, to, terms }: Attempt) {
    const { agents, carriers, contacts } = this.parts;
    const agent = (await agents.list()).find(({ id }) => id === agentId);
    if (!agent) return { failure: 'agent.not-found' };
    const carrier = carriers.find((one) => one.way === way);
    if (!carrier) return { failure: 'outbound.not-configured' };
    const { refusal } = await contacts.mayCall(to, terms.consent);
    return refusal ? { failure: `contact.${refusal}` } : { agent, carrier };
  }

  async #drop({ callId }: Attempt, drop: AttemptDrop): Promise<Dialled> {
    const { orders, feed, log } = this.parts;
    if (!(await orders.drop(callId, drop))) return 'left';
    log.warn({ callId, outcome: drop.outcome, failure: drop.failure }, 'call was ordered and is not dialled');
    feed.publishAfterEnd(callId, 0, { type: 'call.ended', reason: drop.outcome, durationMs: 0 });
    return 'left';
  }

  async #giveLineBack({ callId, agentId }: Attempt): Promise<void> {
    await this.parts.lines.release({ agentId, callId }).catch((error: unknown) => {
      this.parts.log.warn({ error, callId }, 'line comes back by itself');
    });
  }

  /** Never rejects: what could not be noted here is looked up. */
  async #ask(attempt: Attempt, carrier: OutboundCarrier): Promise<void> {
    const { attempts, clock, log } = this.parts;
    const { callId, from, to, ringS } = attempt;
    const late = new AbortController();
    const cancel = clock.after(DIAL_WITHIN_MS, () =>
      late.abort(new CarrierError('ringover', 'overloaded', { detail: 'did not get its turn' })),
    );
    try {
      const ids = await carrier.dial({ from, to, ringS }, late.signal);
      await attempts.dialling(callId, ids);
      log.info({ callId, way: carrier.way, carrierCallId: ids.carrierCallId }, 'call is dialled');
    } catch (error) {
      await this.#failed(attempt, error).catch((again: unknown) => {
        log.error({ error: again, callId }, 'outcome of a call could not be noted: it is looked up');
      });
    } finally {
      cancel();
    }
  }

  /** Only a plain refusal says that nothing was placed. */
  async #failed(attempt: Attempt, error: unknown): Promise<void> {
    const { attempts, clock, log, feed } = this.parts;
    const { callId } = attempt;
    log.error({ error, callId }, 'call was not placed, or nobody knows');
    const at = clock.date();
    if (!(error instanceof CarrierError) || error.uncertain) return void (await attempts.doubt(callId, at));
    const again = error.retryable &&
      attempt.tryNumber < MOST_TRIES && { againAt: new Date(at.getTime() + waitOf(attempt)) };
    if (!(await attempts.end(callId, { outcome: 'failed', failure: error.code, at, ...again }))) return;
    feed.publishAfterEnd(callId, 0, { type: 'call.ended', reason: 'failed', durationMs: 0 });
    await this.#giveLineBack(attempt);
  }
}
