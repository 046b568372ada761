import { StoreError } from '@app/conversation/ports';
import type { CallId } from '@app/kernel';
import {
  type CallCommand,
  type CommandOutcome,
  Commands,
  Lines,
  type LiveCall,
  LiveCalls,
  type RateLimit,
  RateLimits,
  type RateVerdict,
  RedisCallLogs,
  Tickets,
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
  type EditedAgent,
  type Person,
  PersonStore,
  ReportStore,
  SessionStore,
  type StoredCall,
} from '@app/persistence';
import { ProviderCatalog, ProviderChains, type ProviderStatus } from '@app/providers';
import type { Provider } from '@nestjs/common';
import { OpenStores } from '../stores.module.js';

/** All that the operations of the api read and ask, in memory; a spec fills it and looks at it. */
export class FakeCentre {
  readonly stored: StoredCall[] = [];
  readonly notes = new Map<string | null, CarrierNoteRow[]>();
  readonly storedLogs = new Map<string, string[]>();
  readonly reports = new Map<string, CallReport>();
  readonly live: LiveCall[] = [];
  readonly liveLogs = new MemoryCallLogs();
  readonly agents: Agent[] = [];
  readonly providerStatuses: ProviderStatus[] = [];
  readonly keys = new Map<string, ApiKey>();
  /** By session. */
  readonly people = new Map<string, Person>();
  readonly audited: (AuditNote & { by: Author })[] = [];
  readonly rates = new Map<string, number>();
  readonly sent: { callId: string; command: CallCommand }[] = [];
  readonly down = new Set<'postgres' | 'redis'>();
  answer: CommandOutcome = { state: 'done', effect: 'hung-up' };
  timesAskedForKeys = 0;
  timesAskedForAgents = 0;

  /** The parts of the real stores that the operations use, under the same classes. */
  providers(): Provider[] {
    return [
      ...this.#ofAccess(),
      value(CallStore, {
        list: (query) => this.#ask('postgres', () => this.#page(query)),
        get: (id) => this.#ask('postgres', () => this.stored.find((call) => call.id === id)),
        glance: (id) => this.#ask('postgres', () => this.stored.find((call) => call.id === id)),
        logOf: (id) => this.#ask('postgres', () => this.storedLogs.get(id)),
        noteRecording: (id, recordingPath) => this.#ask('postgres', () => this.#noteRecording(id, recordingPath)),
        notesOf: ({ carrierCallId }) => this.#ask('postgres', () => this.notes.get(carrierCallId) ?? []),
      }),
      value(ReportStore, { get: (id) => this.#ask('postgres', () => this.reports.get(id)) }),
      value(AgentStore, {
        list: () => this.#ask('postgres', () => this.agents),
        get: (id) => this.#ask('postgres', () => this.#agent(id)),
      }),
      value(ProviderChains, { statuses: () => this.providerStatuses }),
      value(ApiKeyStore, { verify: (key) => this.#ask('postgres', () => this.#verify(key)) }),
      value(LiveCalls, {
        list: () => this.#ask('redis', () => this.live.filter(({ state }) => state === 'live')),
        get: (id) => this.#ask('redis', () => this.live.find((call) => call.id === id)),
      }),
      value(RedisCallLogs, { read: (id) => this.#ask('redis', () => this.liveLogs.read(id)) }),
      value(Lines, {
        count: (id) => this.#ask('redis', () => this.live.filter(({ agentId }) => agentId === id).length),
      }),
      value(Commands, { send: (callId, command) => this.#ask('redis', () => this.#take(callId, command)) }),
      {
        provide: OpenStores,
        useValue: {
          checks: (['postgres', 'redis'] as const).map((name) => ({ name, ask: () => this.#ask(name, () => true) })),
        },
      },
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
      value(Tickets, {}),
      value(AuditStore, {
        note: (by, note) => this.#ask('postgres', () => void this.audited.push({ ...note, by })),
      }),
      value(RateLimits, {
        take: (name, limit) => this.#ask('redis', () => this.#count(name, limit)),
        forget: (name) => this.#ask('redis', () => void this.rates.delete(name)),
      }),
    ];
  }

  async #ask<T>(store: 'postgres' | 'redis', answer: () => T | Promise<T>): Promise<T> {
    if (this.down.has(store)) throw new StoreError(store, 'unavailable', { detail: 'hunter' });
    return answer();
  }

  #count(name: string, { limit, windowMs }: RateLimit): RateVerdict {
    const used = (this.rates.get(name) ?? 0) + 1;
    this.rates.set(name, used);
    return { allowed: used <= limit, remaining: Math.max(0, limit - used), resetMs: windowMs };
  }

  #verify(key: string): ApiKey | undefined {
    this.timesAskedForKeys += 1;
    return this.keys.get(key);
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

  #take(callId: string, command: CallCommand): CommandOutcome {
    this.sent.push({ callId, command });
    return this.answer;
  }

  #page({ limit, cursor, state, agentId, carrierCallId }: CallQuery) {
    const matching = this.stored
      .filter((call) => !state || call.state === state)
      .filter((call) => !agentId || call.agent?.id === agentId)
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

const editedOf = ({ language, ...agent }: Agent): EditedAgent => ({
  ...agent,
  ...{ state: 'live', revision: 1, draft: undefined, live: { agent: { language } } },
});

/** A UUID that a reader can tell from others. */
export const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as CallId;
