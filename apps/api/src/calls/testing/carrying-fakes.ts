import { createLogger, type Logger } from '@app/boot';
import type { CallEvent, CallSettings, EndReason } from '@app/conversation/ports';
import { StoreError } from '@app/conversation/ports';
import { FakeLine, someSettings } from '@app/conversation/testing';
import { JobsUnavailable } from '@app/jobs';
import type { NodeId } from '@app/kernel';
import type { FakeClock } from '@app/kernel/testing';
import type { LineLease, NewLiveCall } from '@app/live-state';
import { MemoryCallLogs } from '@app/live-state/testing';
import type { Agent, BegunCall, MissedCall } from '@app/persistence';
import { uuid } from '../../testing/fake-centre.js';
import { AGENT_ID, someAgent } from '../../testing/some-calls.js';
import type { ArrivedCall } from '../arrived-call.js';
import type { CallBooksParts } from '../call-books.js';

export const CALLER = '+441632960099';

export const agentSettings = (facts: Partial<CallSettings> = {}): CallSettings => {
  const { agent, ...settings } = someSettings();
  return { ...settings, agent: { ...agent, id: AGENT_ID }, ...facts };
};

export const arrivedCall = (n: number, facts: Partial<ArrivedCall> = {}): ArrivedCall & { line: FakeLine } => ({
  id: uuid(n),
  carrier: 'ringover',
  direction: 'inbound',
  number: { e164: '+441632960000', agentId: AGENT_ID },
  carrierCallId: `carrier-${n}`,
  from: CALLER,
  to: '+441632960000',
  matchedBy: 'metadata',
  ringingAt: null,
  ...facts,
  line: new FakeLine(),
});

/** A log whose lines can be looked at. */
export function logLines(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { log: createLogger({ name: 'api', level: 'info', destination }), lines };
}

/** Redis, Postgres and the queue as far as a call's books go, in memory: a spec takes one away, and looks what is in it. */
export class FakeStores {
  readonly down = new Set<'postgres' | 'redis'>();
  settings = agentSettings();
  agent: Agent | undefined = someAgent();
  settingsRead = 0;
  /** Replaces the answer of the agents' store. */
  settingsError: Error | undefined;
  readonly live = new Map<string, NewLiveCall & { endedAt?: string; endReason?: EndReason; hungUpAt?: string }>();
  readonly rows = new Map<string, BegunCall & { state: 'live' | 'closing'; endedAt?: Date }>();
  readonly recordings = new Map<string, string | null>();
  readonly missed: MissedCall[] = [];
  readonly leases: LineLease[] = [];
  readonly renewed: { atMs: number; callIds: string[] }[] = [];
  readonly jobs = new Map<string, { delayMs: number; promoted: boolean }>();
  readonly told: { callId: string; event: CallEvent }[] = [];
  readonly logs = new MemoryCallLogs();
  /** Calls that another node took over. */
  readonly taken = new Set<string>();
  /** These answer nothing until they are let go. */
  readonly hanging = new Set<'redis' | 'postgres'>();
  readonly #held: (() => void)[] = [];
  /** Runs when a job was added, as a webhook that comes just then would. */
  onJob: (callId: string) => void = () => undefined;
  /** Runs when an event is told, and may throw, as only a bug would. */
  onTold: (callId: string, event: CallEvent) => void = () => undefined;

  constructor(private readonly clock: FakeClock) {}

  parts(): Omit<CallBooksParts, 'clock' | 'log' | 'linesPerAgent'> {
    return {
      nodeId: uuid(8_001) as string as NodeId,
      agents: {
        settingsOf: () => {
          this.settingsRead += 1;
          return this.#ask('postgres', () => this.#settings());
        },
        get: () => this.#ask('postgres', () => this.agent),
      },
      calls: {
        begin: (call) => this.#ask('postgres', () => this.#row(call)),
        noteClosing: (callId, endedAt) => this.#ask('postgres', () => this.#close(callId, endedAt)),
        noteRecording: (callId, name) => this.#ask('postgres', () => void this.recordings.set(callId, name)),
        noteNode: (callId, nodeId) => this.#ask('postgres', () => this.#move(callId, nodeId)),
        noteMissed: (call) => this.#ask('postgres', () => void this.missed.push(call)),
      },
      contacts: {
        byNumber: (e164) =>
          this.#ask('postgres', () => ({ id: uuid(7_001), e164, name: null, language: null, doNotCall: false })),
      },
      live: {
        begin: (call) => this.#ask('redis', () => void this.live.set(call.id, call)),
        end: (callId, end) =>
          this.#ask('redis', () => {
            if (!this.taken.has(callId)) Object.assign(this.live.get(callId) ?? {}, end);
            return !this.taken.has(callId);
          }),
        get: (callId) => this.#ask('redis', () => this.#liveCall(callId)),
        update: (callId, changes) => this.#ask('redis', () => void Object.assign(this.live.get(callId) ?? {}, changes)),
      },
      lines: this.#lines(),
      logs: this.logs,
      feed: {
        publish: (callId, _atMs, event) => this.#tell(callId, event),
        goOn: () => undefined,
        leave: () => undefined,
      },
      jobs: {
        add: (_name, key, _payload, { delayMs = 0 } = {}) => this.#queue(key, delayMs),
        promote: (_name, key) => this.#promote(key),
      },
    };
  }

  #lines(): CallBooksParts['lines'] {
    return {
      acquire: (lease, { agent, node = agent }) =>
        this.#ask('redis', () => this.leases.length < Math.min(agent, node) && this.leases.push(lease) > 0),
      move: (callId, { to }, limit) =>
        this.#ask('redis', () => {
          if (this.leases.filter(({ agentId }) => agentId === to).length >= limit) return false;
          const lease = this.leases.find((each) => each.callId === callId);
          if (lease) lease.agentId = to;
          return true;
        }),
      renew: (leases) =>
        this.#ask('redis', () => {
          this.renewed.push({ atMs: this.clock.nowMs(), callIds: leases.map(({ callId }) => callId) });
          return leases.map(({ callId }) => callId).filter((callId) => this.taken.has(callId));
        }),
      release: ({ callId }) =>
        this.#ask('redis', () => {
          const at = this.leases.findIndex((lease) => lease.callId === callId);
          if (at >= 0) this.leases.splice(at, 1);
        }),
    };
  }

  letGo(): void {
    this.hanging.clear();
    for (const go of this.#held.splice(0)) go();
  }

  #tell(callId: string, event: CallEvent): void {
    this.told.push({ callId, event });
    this.onTold(callId, event);
  }

  #settings(): CallSettings {
    if (this.settingsError) throw this.settingsError;
    return this.settings;
  }

  #row(call: BegunCall): 'begun' | 'already' {
    if (this.rows.has(call.id)) return 'already';
    this.rows.set(call.id, { ...call, state: 'live' });
    return 'begun';
  }

  #move(callId: string, nodeId: string): void {
    const row = this.rows.get(callId);
    if (row) this.rows.set(callId, { ...row, nodeId });
  }

  #close(callId: string, endedAt: Date): void {
    const row = this.rows.get(callId);
    if (row) this.rows.set(callId, { ...row, state: 'closing', endedAt });
  }

  #liveCall(callId: string) {
    const call = this.live.get(callId);
    if (!call) return undefined;
    const { endedAt = null, endReason = null, hungUpAt = null } = call;
    const state = endedAt === null ? ('live' as const) : ('closing' as const);
    return { ...call, state, nodeId: uuid(8_001) as string as NodeId, epoch: 1, endedAt, endReason, hungUpAt };
  }

  async #queue(callId: string, delayMs: number): Promise<void> {
    if (this.down.has('redis')) throw new JobsUnavailable('no connection');
    if (!this.jobs.has(callId)) this.jobs.set(callId, { delayMs, promoted: false });
    this.onJob(callId);
  }

  async #promote(callId: string): Promise<boolean> {
    if (this.down.has('redis')) throw new JobsUnavailable('no connection');
    const job = this.jobs.get(callId);
    if (job) job.promoted = true;
    return job !== undefined;
  }

  async #ask<T>(store: 'redis' | 'postgres', answer: () => T): Promise<T> {
    if (this.down.has(store)) throw new StoreError(store, 'unavailable');
    if (this.hanging.has(store)) await new Promise<void>((resolve) => this.#held.push(resolve));
    return answer();
  }
}
