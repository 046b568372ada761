import { type CallCost, StoreError } from '@app/conversation/ports';
import { JobQueue } from '@app/jobs';
import type { CallId } from '@app/kernel';
import {
  type CallCommand,
  type CommandOutcome,
  type KnownCommand,
  Commands,
  Feed,
  type FeedItem,
  Lines,
  type LiveCall,
  LiveCalls,
  NotedCalls,
  type RateLease,
  type RateLimit,
  RateLimits,
  RedisCallLogs,
  RoutedCalls,
  Tickets,
  Wire,
} from '@app/live-state';
import { MemoryCallLogs } from '@app/live-state/testing';
import {
  type Agent,
  AgentDraftStore,
  AgentStore,
  type ApiKey,
  ApiKeyStore,
  type AuditNote,
  AuditStore,
  type Author,
  type CallQuery,
  type CallReport,
  CallStore,
  type CarrierNoteRow,
  type CostQuery,
  CostStore,
  type DayCost,
  type EditedAgent,
  type ErasedCall,
  type Person,
  OrderQueue,
  PersonStore,
  ReportStore,
  SessionStore,
  type StoredCall,
} from '@app/persistence';
import { ProviderCatalog, ProviderChains, type ProviderCheck, type ProviderStatus } from '@app/providers';
import type { Provider } from '@nestjs/common';
import { CheckedProviders } from '../providers/checked-providers.js';
import { OpenStores } from '../stores.module.js';
import { Waits } from './waits.js';

/** All that the operations of the api read and ask, in memory; a spec fills it and looks at it. */
export class FakeCentre {
  readonly stored: StoredCall[] = [];
  readonly notes = new Map<string | null, CarrierNoteRow[]>();
  readonly storedLogs = new Map<string, string[]>();
  readonly reports = new Map<string, CallReport>();
  readonly costs = new Map<string, CallCost>();
  readonly dayCosts: DayCost[] = [];
  readonly live: LiveCall[] = [];
  readonly liveLogs = new MemoryCallLogs();
  readonly agents: Agent[] = [];
  readonly providerStatuses: ProviderStatus[] = [];
  readonly providerChecks: ProviderCheck[] = [];
  readonly keys = new Map<string, ApiKey>();
  /** By session. */
  readonly people = new Map<string, Person>();
  readonly audited: (AuditNote & { by: Author })[] = [];
  readonly rates = new Map<string, number>();
  readonly sent: { callId: string; command: CallCommand; key?: string }[] = [];
  readonly commands = new Map<string, KnownCommand>();
  /** What erasure let go, besides the row. */
  readonly forgotten: string[] = [];
  readonly listeners: { callId: string; tell: (item: FeedItem) => void }[] = [];
  readonly down = new Set<'postgres' | 'redis'>();
  readonly waits = new Waits();
  answer: CommandOutcome = { state: 'done', effect: 'hung-up', commandId: 'c-1' };
  timesAskedForKeys = 0;
  timesAskedForAgents = 0;

  /** The parts of the real stores that the operations use, under the same classes. */
  providers(): Provider[] {
    return [
      ...this.#ofAccess(),
      value(CallStore, {
        list: (query) => this.#ask('postgres', () => this.#page(query)),
        get: (id) => this.#ask('postgres', () => this.stored.find((call) => call.id === id)),
        erase: (id) => this.#ask('postgres', () => this.#erase(id)),
        glance: (id) => this.#ask('postgres', () => this.stored.find((call) => call.id === id)),
        logOf: (id) => this.#ask('postgres', () => this.storedLogs.get(id)),
        noteRecording: (id, recordingPath) => this.#ask('postgres', () => this.#noteRecording(id, recordingPath)),
        notesOf: ({ carrierCallId }) => this.#ask('postgres', () => this.notes.get(carrierCallId) ?? []),
      }),
      value(CostStore, {
        of: (id) => this.#ask('postgres', () => this.costs.get(id)),
        days: (query) => this.#ask('postgres', () => daysOf(this.dayCosts, query)),
      }),
      value(ReportStore, { get: (id) => this.#ask('postgres', () => this.reports.get(id)) }),
      value(AgentStore, {
        list: () => this.#ask('postgres', () => this.agents),
        get: (id) => this.#ask('postgres', () => this.#agent(id)),
      }),
      value(ProviderChains, { statuses: () => this.providerStatuses }),
      value(CheckedProviders, {
        tell: async () => ({ checkedAt: new Date(0), freshForMs: 1_500, checks: this.providerChecks }),
      }),
      value(ApiKeyStore, {
        verify: (key) => this.#ask('postgres', () => this.#verify(key)),
        find: (id) => this.#ask('postgres', () => [...this.keys.values()].find((key) => key.id === id)),
      }),
      ...this.#ofLiveCalls(),
      {
        provide: OpenStores,
        useValue: {
          checks: (['postgres', 'redis'] as const).map((name) => ({ name, ask: () => this.#ask(name, () => true) })),
        },
      },
    ];
  }

  #ofLiveCalls(): Provider[] {
    return [
      value(LiveCalls, {
        list: () => this.#ask('redis', () => this.live.filter(({ state }) => state === 'live')),
        get: (id) => this.#ask('redis', () => this.live.find((call) => call.id === id)),
        getAll: async (ids) => {
          const known = () => new Map(this.live.flatMap((call) => (ids.includes(call.id) ? [[call.id, call]] : [])));
          return ids.length > 0 ? this.#ask('redis', known) : new Map();
        },
        newest: (most) =>
          this.#ask('redis', () => new Map(this.live.slice(-most).map((call) => [call.id as string, call]))),
        drop: (id) => this.#ask('redis', () => (this.forgotten.push(`live ${id}`), undefined)),
      }),
      value(NotedCalls, {
        isNoted: (_carrier, { carrierCallId }) => this.#ask('redis', () => this.notes.has(carrierCallId)),
      }),
      value(RedisCallLogs, {
        read: (id) => this.#ask('redis', () => this.liveLogs.read(id)),
        readAfter: (id, count) => this.#ask('redis', () => this.liveLogs.readAfter(id, count)),
        drop: (id) => this.#ask('redis', () => void this.forgotten.push(`log ${id}`)),
      }),
      value(RoutedCalls, {
        forget: (...call) => this.#ask('redis', () => void this.forgotten.push(`route ${call.join(' ')}`)),
      }),
      value(JobQueue, {
        forget: (...job) => this.#ask('redis', () => this.forgotten.push(`job ${job.join(' ')}`) > 0),
      }),
      value(Feed, {
        subscribe: async (callId, tell) => {
          this.listeners.push({ callId, tell });
          return async () =>
            void this.listeners.splice(
              this.listeners.findIndex((each) => each.tell === tell),
              1,
            );
        },
      }),
      value(Lines, {
        count: (id) => this.#ask('redis', () => this.live.filter(({ agentId }) => agentId === id).length),
      }),
      value(Commands, {
        send: (callId, command, key) =>
          this.#ask('redis', () => this.#take({ callId, command, ...(key !== undefined && { key }) })),
        get: (commandId) => this.#ask('redis', () => this.commands.get(commandId)),
      }),
    ];
  }

  /** Who may come in, and what is noted of them; agents as they are worked on. */
  #ofAccess(): Provider[] {
    return [
      value(AgentDraftStore, {
        list: () => this.#ask('postgres', () => ({ agents: this.agents.map(editedOf), nextCursor: null })),
        get: (id) => this.#ask('postgres', () => this.agents.filter((agent) => agent.id === id).map(editedOf)[0]),
      }),
      value(ProviderCatalog, { list: () => [] }),
      value(SessionStore, { personOf: (id) => this.#ask('postgres', () => this.people.get(id)) }),
      value(PersonStore, {}),
      value(OrderQueue, { triesOf: () => this.#ask('postgres', () => []) }),
      value(Tickets, {}),
      value(Wire, { send: () => undefined, hear: async () => () => undefined }),
      value(AuditStore, {
        note: (by, note) => this.#ask('postgres', () => void this.audited.push({ ...note, by })),
      }),
      value(RateLimits, {
        take: (name, limit) =>
          this.#ask('redis', () => {
            const { granted, ...rest } = this.#count(name, limit, 1);
            return { allowed: granted === 1, ...rest };
          }),
        lease: (name, limit, wanted) => this.#ask('redis', () => this.#count(name, limit, wanted)),
        forget: (name) => this.#ask('redis', () => void this.rates.delete(name)),
      }),
    ];
  }

  async #ask<T>(store: 'postgres' | 'redis', answer: () => T | Promise<T>): Promise<T> {
    await this.waits.pass();
    if (this.down.has(store)) throw new StoreError(store, 'unavailable', { detail: 'hunter' });
    return answer();
  }

  #count(name: string, { limit, windowMs }: RateLimit, wanted: number): RateLease {
    const before = this.rates.get(name) ?? 0;
    this.rates.set(name, before + wanted);
    const granted = Math.min(wanted, Math.max(0, limit - before));
    return { granted, remaining: Math.max(0, limit - before - wanted), resetMs: windowMs };
  }

  #verify(key: string): ApiKey | undefined {
    this.timesAskedForKeys += 1;
    return this.keys.get(key);
  }

  #erase(id: string): ErasedCall | undefined {
    const at = this.stored.findIndex((call) => call.id === id);
    const [call] = at < 0 ? [] : this.stored.splice(at, 1);
    return call && { carrier: call.carrier, carrierCallId: call.carrierCallId, recordingPath: call.recordingPath };
  }

  #agent(id: string): Agent | undefined {
    this.timesAskedForAgents += 1;
    return this.agents.find((agent) => agent.id === id);
  }

  #noteRecording(id: string, recordingPath: string | null): void {
    const at = this.stored.findIndex((call) => call.id === id);
    const call = this.stored[at];
    if (call) this.stored[at] = { ...call, recordingPath };
  }

  #take(asked: { callId: string; command: CallCommand; key?: string }): CommandOutcome {
    if (!this.live.some(({ id, state }) => id === asked.callId && state === 'live')) return { state: 'no-such-call' };
    this.sent.push(asked);
    return this.answer;
  }

  #page({ limit, cursor, state, agentId, carrierCallId, direction, number }: CallQuery) {
    const matching = this.stored
      .filter((call) => !state || call.state === state)
      .filter((call) => !agentId || call.agent?.id === agentId)
      .filter((call) => !direction || call.direction === direction)
      .filter((call) => !number || call.from === number || call.to === number)
      .filter((call) => !carrierCallId || call.carrierCallId === carrierCallId)
      .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
    const from = cursor === undefined ? 0 : matching.findIndex(({ id }) => id === cursor) + 1;
    const calls = matching.slice(from, from + limit);
    return { calls, nextCursor: matching.length > from + limit ? (calls.at(-1)?.id ?? null) : null };
  }
}

const value = <Store extends object>(provide: abstract new (...parts: never[]) => Store, useValue: Partial<Store>) => ({
  provide,
  useValue,
});

const daysOf = (days: readonly DayCost[], { from, to, agentId }: CostQuery): DayCost[] =>
  days.filter((each) => each.day >= from && each.day <= to && (agentId === undefined || each.agentId === agentId));

const editedOf = ({ language, ...agent }: Agent): EditedAgent => ({
  ...agent,
  ...{ state: 'live', revision: 1, draft: undefined, live: { agent: { language } } },
});

/** A UUID that a reader can tell from others. */
export const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as CallId;
