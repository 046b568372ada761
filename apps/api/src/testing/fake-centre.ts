import { StoreError } from '@app/conversation/ports';
import type { CallId } from '@app/kernel';
import {
  type CallCommand,
  type CommandOutcome,
  Commands,
  Lines,
  type LiveCall,
  LiveCalls,
  RedisCallLogs,
} from '@app/live-state';
import { MemoryCallLogs } from '@app/live-state/testing';
import {
  type Agent,
  AgentStore,
  type ApiKey,
  ApiKeyStore,
  type CallQuery,
  type CallReport,
  CallStore,
  type CarrierNoteRow,
  ReportStore,
  type StoredCall,
} from '@app/persistence';
import { ProviderChains, type ProviderStatus } from '@app/providers';
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
  readonly sent: { callId: string; command: CallCommand }[] = [];
  readonly down = new Set<'postgres' | 'redis'>();
  answer: CommandOutcome = { state: 'done', effect: 'hung-up' };
  timesAskedForKeys = 0;
  timesAskedForAgents = 0;

  /** The parts of the real stores that the operations use, under the same classes. */
  providers(): Provider[] {
    const value = <Store extends object>(
      provide: abstract new (...parts: never[]) => Store,
      useValue: Partial<Store>,
    ) => ({
      provide,
      useValue,
    });
    return [
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

  async #ask<T>(store: 'postgres' | 'redis', answer: () => T | Promise<T>): Promise<T> {
    if (this.down.has(store)) throw new StoreError(store, 'unavailable', { detail: 'hunter' });
    return answer();
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

/** A UUID that a reader can tell from others. */
export const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as CallId;
