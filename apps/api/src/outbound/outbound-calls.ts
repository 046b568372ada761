import { createHash } from 'node:crypto';
import { CarrierError, type OutboundCarrier, StoreError } from '@app/conversation/ports';
import { type CallId, newCallId } from '@app/kernel';
import type { Feed, Lines } from '@app/live-state';
import type { Agent, AgentStore, Attempt, AttemptStore, ContactStore, NewAttempt } from '@app/persistence';
import { Problem } from '../http/problem.js';
import type { Clock, Logger } from '../process-parts.js';

/** What somebody wants to be dialled. */
export interface CallOrder {
  /** Id or slug. */
  agent: string;
  /** E.164 with `+`. */
  to: string;
  /** One of the agent's numbers; its first if not said. */
  from?: string | undefined;
  way?: string | undefined;
  /** What the agent is told of this call, by name. */
  variables?: Readonly<Record<string, string>> | undefined;
  ringTimeoutS?: number | undefined;
}

export interface OutboundCallsParts {
  /** The usual way first. */
  carriers: readonly OutboundCarrier[];
  ringS: number;
  linesPerAgent: number;
  /** Of all agents on all nodes; undefined: no limit. */
  linesInAll: number | undefined;
  attempts: Pick<AttemptStore, 'record' | 'byIdempotencyKey' | 'dialling' | 'doubt' | 'end'>;
  agents: Pick<AgentStore, 'list'>;
  contacts: Pick<ContactStore, 'byNumber'>;
  lines: Pick<Lines, 'acquire' | 'release'>;
  feed: Pick<Feed, 'publishAfterEnd'>;
  clock: Clock;
  log: Logger;
}

/** From the order to the carrier's answer, its turn at the gate included. After that, the worker looks it up. */
const DIAL_WITHIN_MS = 15_000;

/**
 * Places calls, each at most once: it is written before the carrier is asked, and whatever happens then, it is never
 * asked again by itself.
 */
export class OutboundCalls {
  readonly #dialling = new Set<Promise<void>>();

  constructor(private readonly parts: OutboundCallsParts) {}

  /**
   * Writes the call down, and lets it be dialled. The same key with the same order gives the first call back.
   *
   * @throws Problem, StoreError
   */
  async place(
    order: CallOrder,
    asked: { by: { id: string; name: string }; idempotencyKey: string | null },
  ): Promise<Attempt> {
    const { attempts } = this.parts;
    const idempotencyKey = asked.idempotencyKey === null ? null : `${asked.by.id}:${asked.idempotencyKey}`;
    const requestHash = hashOf(order);
    const known = idempotencyKey === null ? undefined : await attempts.byIdempotencyKey(idempotencyKey);
    if (known) return theSame(known, requestHash);
    const carrier = this.#carrierFor(order.way);
    const wanted = await this.#wanted(order, carrier);
    await this.#takeLine(wanted);
    const { line: _line, ...facts } = wanted;
    const { attempt, isNew } = await attempts.record({ ...facts, idempotencyKey, requestHash, askedBy: asked.by.name });
    if (!isNew) {
      await this.#giveLineBack(wanted);
      return theSame(attempt, requestHash);
    }
    const dialling = this.#dial(attempt, carrier).finally(() => this.#dialling.delete(dialling));
    this.#dialling.add(dialling);
    return attempt;
  }

  /** Resolves when nobody is being asked any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#dialling);
  }

  #carrierFor(way: string | undefined): OutboundCarrier {
    const carrier = this.parts.carriers.find((one) => way === undefined || one.way === way);
    if (!carrier) throw new Problem('outbound.not-configured');
    return carrier;
  }

  async #wanted(order: CallOrder, carrier: OutboundCarrier) {
    const { agents, contacts, clock, ringS, linesPerAgent } = this.parts;
    const agent = (await agents.list()).find(({ id, slug }) => id === order.agent || slug === order.agent);
    if (!agent) throw new Problem('agent.not-found');
    const number = numberOf(agent, order.from);
    const contact = await contacts.byNumber(order.to);
    if (contact?.doNotCall) throw new Problem('contact.do-not-call');
    return {
      ...{ callId: newCallId(), carrier: 'ringover', way: carrier.way, number, from: carrier.callsFrom ?? number },
      ...{ to: order.to, agentId: agent.id as string, agentVersion: agent.liveVersion, contactId: contact?.id ?? null },
      ...{ ringS: order.ringTimeoutS ?? ringS, variables: order.variables ?? {}, createdAt: clock.date() },
      line: { limit: agent.lines ?? linesPerAgent },
    } satisfies Partial<NewAttempt> & { line: { limit: number } };
  }

  /** Kept by the worker while it rings. While Redis is gone nobody can count: then calls are placed. */
  async #takeLine({
    callId,
    agentId,
    line,
  }: {
    callId: CallId;
    agentId: string;
    line: { limit: number };
  }): Promise<void> {
    try {
      const limits = { agent: line.limit, account: this.parts.linesInAll };
      if (await this.parts.lines.acquire({ agentId, callId }, limits)) return;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return this.parts.log.warn({ error, callId }, 'line could not be counted');
    }
    throw new Problem('agent.no-free-line');
  }

  async #giveLineBack({ callId, agentId }: { callId: CallId; agentId: string }): Promise<void> {
    await this.parts.lines.release({ agentId, callId }).catch((error: unknown) => {
      this.parts.log.warn({ error, callId }, 'line comes back by itself');
    });
  }

  /** Never rejects: what could not be noted here, the worker finds. */
  async #dial(attempt: Attempt, carrier: OutboundCarrier): Promise<void> {
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
    if (!(await attempts.end(callId, { outcome: 'failed', failure: error.code, at }))) return;
    feed.publishAfterEnd(callId, 0, { type: 'call.ended', reason: 'failed', durationMs: 0 });
    await this.#giveLineBack(attempt);
  }
}

function numberOf({ numbers }: Agent, from: string | undefined): string {
  const number = from ?? numbers[0];
  if (number === undefined || !numbers.includes(number)) throw new Problem('agent.no-number');
  return number;
}

function theSame(attempt: Attempt, requestHash: string): Attempt {
  if (attempt.requestHash !== requestHash) throw new Problem('idempotency.mismatch');
  return attempt;
}

/** The same for the same order, however its members are arranged. */
function hashOf({ agent, to, from, way, ringTimeoutS, variables = {} }: CallOrder): string {
  const sorted = Object.entries(variables).sort(([left], [right]) => (left < right ? -1 : 1));
  const told = JSON.stringify([agent, to, from ?? null, way ?? null, ringTimeoutS ?? null, sorted]);
  return createHash('sha256').update(told).digest('hex');
}
