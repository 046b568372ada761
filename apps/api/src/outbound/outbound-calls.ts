import { createHash } from 'node:crypto';
import { type CallSettings, type OnMachine, StoreError } from '@app/conversation/ports';
import { type JobQueue, JobsUnavailable } from '@app/jobs';
import { newCallId } from '@app/kernel';
import type { Feed } from '@app/live-state';
import {
  type Agent,
  type AgentStore,
  type Attempt,
  type AttemptStore,
  type ContactStore,
  dialledFrom,
  type NewAttempt,
  type OrderQueue,
  type OrderTerms,
  type RoutingRuleStore,
} from '@app/persistence';
import { filledWith, missingIn } from '../calls/call-variables.js';
import { Problem } from '../http/problem.js';
import type { Clock, Logger } from '../process-parts.js';

/** What somebody wants to be dialled. */
export interface CallOrder {
  /** Id or slug, or the id of a rule whose agent it is. */
  by: { agent: string } | { rule: string };
  /** E.164 with `+`. */
  to: string;
  /** One of the agent's numbers; its first if not said. */
  from?: string | undefined;
  way?: string | undefined;
  /** What the agent is told of this call, by name. */
  variables: Readonly<Record<string, string>>;
  ringTimeoutS?: number | undefined;
  priority: number;
  notBefore?: Date | undefined;
  terms: OrderTerms;
}

export interface OutboundCallsParts {
  /** The usual one first. `callsFrom`: the number that it calls from, whoever the agent is. */
  ways: readonly { way: string; callsFrom: string | null }[];
  ringS: number;
  attempts: Pick<AttemptStore, 'record' | 'byIdempotencyKey'>;
  orders: Pick<OrderQueue, 'triesOf' | 'drop'>;
  agents: Pick<AgentStore, 'list' | 'settingsOf'>;
  rules: Pick<RoutingRuleStore, 'get'>;
  contacts: Pick<ContactStore, 'mayCall'>;
  jobs: Pick<JobQueue, 'add'>;
  feed: Pick<Feed, 'publishAfterEnd'>;
  clock: Clock;
  log: Logger;
}

/** Takes orders for calls. The worker dials them, each try at most once. */
export class OutboundCalls {
  constructor(private readonly parts: OutboundCallsParts) {}

  /**
   * Writes the call down, queued. The same key with the same order gives the first call back.
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
    const facts = await this.#wanted(order);
    const { attempt, isNew } = await attempts.record({ ...facts, idempotencyKey, requestHash, askedBy: asked.by.name });
    if (!isNew) return theSame(attempt, requestHash);
    await this.#letBeDialled(attempt);
    return attempt;
  }

  /** Takes back what a call belongs to, if it waits in the queue. @throws Problem, StoreError */
  async cancel(callId: string): Promise<Attempt> {
    const { orders, feed, clock } = this.parts;
    const tries = await orders.triesOf(callId);
    const last = tries.at(-1);
    if (!last) throw new Problem('call.not-found');
    if (last.outcome === 'cancelled') return last;
    if (last.state !== 'queued' || !(await orders.drop(last.callId, { outcome: 'cancelled', at: clock.date() })))
      throw new Problem('outbound.not-queued');
    feed.publishAfterEnd(last.callId, 0, { type: 'call.ended', reason: 'cancelled', durationMs: 0 });
    return { ...last, state: 'over', outcome: 'cancelled' };
  }

  /** A job that is lost is asked for again by the worker, which looks for what is due. */
  async #letBeDialled({ callId, dueAt, priority }: Attempt): Promise<void> {
    const { jobs, clock, log } = this.parts;
    const delayMs = Math.max(0, dueAt.getTime() - clock.date().getTime());
    try {
      await jobs.add('dial-call', callId, { callId }, { delayMs, priority });
    } catch (error) {
      if (!(error instanceof JobsUnavailable)) throw error;
      log.warn({ error, callId }, 'call is queued, and nobody was told');
    }
  }

  async #wanted(order: CallOrder) {
    const { contacts, clock, ringS } = this.parts;
    const { to, variables, terms, priority } = order;
    const { way, callsFrom } = this.#wayOf(order.way);
    const agent = await this.#agentOf(order.by);
    const number = numberOf(agent, order.from);
    await this.#mustBeFilled(agent, order);
    const { contactId, refusal } = await contacts.mayCall(to, terms.consent);
    if (refusal) throw new Problem(`contact.${refusal}`);
    const createdAt = clock.date();
    const { notBefore } = order;
    const dueAt = dialledFrom(terms, notBefore && notBefore > createdAt ? notBefore : createdAt);
    if (!dueAt) throw new Problem('outbound.no-window');
    return {
      ...{ callId: newCallId(), carrier: 'ringover', way, number, from: callsFrom ?? number, to },
      ...{ agentId: agent.id as string, agentVersion: agent.liveVersion, contactId },
      ...{ ringS: order.ringTimeoutS ?? ringS, variables, createdAt, dueAt, priority },
      terms: { ...terms, onMachine: filledFor(terms.onMachine, variables) },
    } satisfies Partial<NewAttempt>;
  }

  #wayOf(wanted: string | undefined) {
    const way = this.parts.ways.find((one) => wanted === undefined || one.way === wanted);
    if (!way) throw new Problem('outbound.not-configured');
    return way;
  }

  async #agentOf(by: CallOrder['by']): Promise<Agent> {
    const { agents, rules } = this.parts;
    const rule = 'rule' in by ? await rules.get(by.rule) : undefined;
    if ('rule' in by && !rule) throw new Problem('rule.not-found');
    const wanted = 'agent' in by ? by.agent : rule?.agentId;
    if (!wanted) throw new Problem('rule.no-agent');
    const agent = (await agents.list()).find(({ id, slug }) => id === wanted || slug === wanted);
    if (!agent) throw new Problem('agent.not-found');
    return agent;
  }

  /** Nobody is to hear a name in braces. */
  async #mustBeFilled(agent: Agent, { variables, terms }: CallOrder): Promise<void> {
    const settings = await this.#settingsOf(agent);
    const message = terms.onMachine.then === 'leave-message' ? terms.onMachine.text : '';
    const missing = missingIn([settings.greeting, settings.agent.persona, message], variables);
    const errors = missing.map((name) => ({ field: `variables.${name}`, problem: 'the agent says it' }));
    if (errors.length > 0) throw new Problem('outbound.variables-missing', { errors });
  }

  async #settingsOf({ id }: Agent): Promise<CallSettings> {
    try {
      return await this.parts.agents.settingsOf(id);
    } catch (error) {
      if (error instanceof StoreError && !error.retryable) throw new Problem('agent.not-found', {}, { cause: error });
      throw error;
    }
  }
}

const filledFor = (onMachine: OnMachine, variables: Readonly<Record<string, string>>): OnMachine =>
  onMachine.then === 'leave-message' ? { ...onMachine, text: filledWith(onMachine.text, variables) } : onMachine;

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
function hashOf({ variables, ...order }: CallOrder): string {
  const sorted = (entries: object) => Object.entries(entries).sort(([left], [right]) => (left < right ? -1 : 1));
  const told = JSON.stringify([sorted(order), sorted(order.terms), sorted(variables)]);
  return createHash('sha256').update(told).digest('hex');
}
