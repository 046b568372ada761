import { type LogEntry, readLog, recordOf } from '@app/conversation';
import { StoreError } from '@app/conversation/ports';
import { type CarrierAbility, type LiveCall, LiveCalls } from '@app/live-state';
import {
  type Agent,
  type CallPage,
  type CallQuery,
  CallStore,
  type CallSummary,
  type CarrierNoteRow,
  type ListedCall,
  type NotedCallFacts,
  type StoredCall,
} from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { KnownAgents } from './known-agents.js';
import { LiveLogs } from './live-logs.js';

/** Between the start and the id of the last call of a page of live calls; a stored page ends with an id alone. */
const CURSOR_MARK = '~';

export interface ToldCall extends StoredCall {
  /** What its carrier does for us; null when it is not live. */
  carrierCan: readonly CarrierAbility[] | null;
}

/**
 * Calls as they are, wherever that is known: until its record is stored, a call is told by live state and by its log as
 * far as it was written; after that by Postgres.
 */
@Injectable()
export class CallReader {
  constructor(
    private readonly calls: CallStore,
    private readonly live: LiveCalls,
    private readonly logs: LiveLogs,
    private readonly agents: KnownAgents,
  ) {}

  /** Newest first. Live calls are listed from live state: a row that says so may be of a node that is gone. @throws StoreError */
  async list(query: CallQuery): Promise<CallPage> {
    if (query.state === 'live') return this.#listLive(query);
    const [page, newest] = await Promise.all([this.calls.list(query), this.#newestFor(query)]);
    return this.#upToDate(page, newest);
  }

  /** A live call is told by Redis alone; one that is stored needs none. @param callId a UUID @throws StoreError, BrokenLog */
  async get(callId: string): Promise<ToldCall | undefined> {
    const [asked] = await Promise.allSettled([this.#lookFor(callId)]);
    if (asked.status === 'fulfilled') {
      const { live } = asked.value;
      if (!live) return this.#stored(callId);
      if (live.state === 'live') return this.#asTold(asked.value);
    }
    const row = await this.calls.glance(callId);
    if (row?.finishedAt) return this.#stored(callId);
    if (asked.status === 'rejected') throw asked.reason;
    return this.#asTold(asked.value, row?.recordingPath);
  }

  /** Both at once: in a process that carries calls, each wait is a turn of a busy loop. */
  async #lookFor(callId: string): Promise<{ live: LiveCall | undefined; entries: readonly LogEntry[] }> {
    const [live, entries] = await Promise.all([this.live.get(callId), this.logs.read(callId)]);
    return { live, entries };
  }

  async #asTold(
    { live, entries }: { live: LiveCall | undefined; entries: readonly LogEntry[] },
    recordingPath: string | null = null,
  ): Promise<ToldCall | undefined> {
    if (!live) return undefined;
    const { segments: transcript, latencies, events, durationMs } = recordOf(entries);
    const summary = summaryOf(live, await this.agents.get(live.agentId));
    const carrierCan = live.state === 'live' ? (live.carrierCan ?? []) : null;
    const soFar = { ...summary, durationMs: summary.endedAt ? durationMs : null };
    return { ...soFar, recordingPath, transcript, latencies, events, carrierCan };
  }

  async #stored(callId: string): Promise<ToldCall | undefined> {
    const call = await this.calls.get(callId);
    return call && { ...call, carrierCan: null };
  }

  /** What its carrier added to it so far. @throws StoreError */
  notesOf = (call: NotedCallFacts): Promise<CarrierNoteRow[]> => this.calls.notesOf(call);

  /** JSON texts in order, as far as they are written; undefined when there is none. @throws StoreError */
  async logOf(callId: string): Promise<readonly string[] | undefined> {
    const stored = await this.calls.logOf(callId);
    if (stored) return stored;
    const lines = await this.logs.linesOf(callId);
    return lines.length > 0 ? lines : this.calls.logOf(callId); // it may have moved meanwhile
  }

  /** The same, read; of a call that is not stored yet, what came since it was asked for last. @throws StoreError, BrokenLog */
  async entriesOf(callId: string): Promise<readonly LogEntry[] | undefined> {
    const entries = await this.logs.read(callId);
    if (entries.length > 0) return entries;
    const stored = await this.calls.logOf(callId);
    return stored && readLog(stored);
  }

  /** `live`: its line is up. @throws StoreError */
  async stateOf(callId: string): Promise<'live' | 'ended' | 'unknown'> {
    const live = await this.live.get(callId);
    if (live) return live.state === 'live' ? 'live' : 'ended';
    return (await this.calls.glance(callId)) ? 'ended' : 'unknown';
  }

  async #listLive({ limit, cursor, ...query }: CallQuery): Promise<CallPage> {
    const calls = (await this.live.list())
      .filter(isAsked(query))
      .sort((a, b) => (cursorOf(a) < cursorOf(b) ? 1 : -1))
      .filter((call) => cursor === undefined || cursorOf(call) < cursor);
    const page = calls.slice(0, limit);
    const last = page.at(-1);
    const agents = await this.agents.all(page.map(({ agentId }) => agentId));
    return {
      calls: page.map((call) => summaryOf(call, agents.get(call.agentId))),
      nextCursor: last && calls.length > limit ? cursorOf(last) : null,
    };
  }

  /** Where the newest calls of all are asked for, those of them that are live are likely to be the newest live ones. */
  async #newestFor({ limit, ...query }: CallQuery): Promise<ReadonlyMap<string, LiveCall>> {
    if (Object.values(query).some((filter) => filter !== undefined)) return new Map();
    try {
      return await this.live.newest(limit);
    } catch (error) {
      if (error instanceof StoreError) return new Map(); // whoever is on the page is asked for, and that fails in its turn
      throw error;
    }
  }

  /** A row is written at the start and at the end; between them live state knows better. */
  async #upToDate(page: CallPage<ListedCall>, known: ReadonlyMap<string, LiveCall>): Promise<CallPage> {
    const open = page.calls.filter(({ state }) => state === 'live' || state === 'closing');
    const [others, agents] = await Promise.all([
      this.live.getAll(open.map(({ id }) => id).filter((id) => !known.has(id))),
      this.agents.all(page.calls.flatMap(({ agent }) => agent?.id ?? [])),
    ]);
    const isOpen = new Set<string>(open.map(({ id }) => id));
    const now = (call: ListedCall): CallSummary => {
      const live = isOpen.has(call.id) ? (known.get(call.id) ?? others.get(call.id)) : undefined;
      return { ...call, agent: namedAgent(call.agent, agents), ...(live && factsOf(live)) };
    };
    return { ...page, calls: page.calls.map(now) };
  }
}

/** Null when it is not known any more. */
function namedAgent(agent: ListedCall['agent'], agents: ReadonlyMap<string, Agent>): CallSummary['agent'] {
  const known = agent && agents.get(agent.id);
  return known ? { id: known.id, slug: known.slug, name: known.name, version: agent.version } : null;
}

function summaryOf(live: LiveCall, agent: Agent | undefined): CallSummary {
  const { id, direction, carrier, agentVersion: version, nodeId, routedBy } = live;
  return {
    ...{ id, direction, carrier, nodeId, routedBy },
    ...factsOf(live),
    agent: agent ? { id: live.agentId, slug: agent.slug, name: agent.name, version } : null,
    durationMs: null,
    finishedAt: null,
    cost: null,
  };
}

/** A live call has neither end nor outcome. */
const isAsked =
  ({
    agentId,
    carrierCallId,
    direction,
    number,
    since,
    until,
    endReason,
    outcome,
  }: Omit<CallQuery, 'limit' | 'cursor'>) =>
  (call: LiveCall): boolean =>
    (agentId === undefined || call.agentId === agentId) &&
    (carrierCallId === undefined || call.carrierCallId === carrierCallId) &&
    (direction === undefined || call.direction === direction) &&
    (number === undefined || call.from === number || call.to === number) &&
    (since === undefined || new Date(call.startedAt) >= since) &&
    (until === undefined || new Date(call.startedAt) < until) &&
    endReason === undefined &&
    outcome === undefined;

/** ISO 8601 in UTC sorts as time does; the id tells apart calls of the same millisecond. */
const cursorOf = ({ startedAt, id }: LiveCall): string => `${startedAt}${CURSOR_MARK}${id}`;

const factsOf = (live: LiveCall) => ({
  state: live.state,
  carrierCallId: live.carrierCallId,
  from: live.from,
  to: live.to,
  ringingAt: dateOf(live.ringingAt),
  startedAt: new Date(live.startedAt),
  answeredAt: dateOf(live.answeredAt),
  endedAt: dateOf(live.endedAt),
  endReason: live.endReason,
  ending: live.hungUpAt === null ? null : ('confirmed' as const),
});

const dateOf = (iso: string | null): Date | null => (iso === null ? null : new Date(iso));
