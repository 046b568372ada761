import type { Logger } from '@app/boot';
import type { CallEvent, CallSettings, EndReason } from '@app/conversation/ports';
import type { JobQueue } from '@app/jobs';
import type { CallId, Cancel, Clock, NodeId } from '@app/kernel';
import type { Feed, Lines, LineLease, LiveCalls, OpenCallLog, RedisCallLogs } from '@app/live-state';
import type { AgentStore, CallStore, ContactStore } from '@app/persistence';
import type { ArrivedCall } from './arrived-call.js';

/** How long an agent's settings are taken for true without asking again. */
const SETTINGS_FRESH_MS = 5_000;
/** How often the leases on lines are renewed; they expire after 15 s. */
const RENEW_MS = 3_000;
/** How long the carrier's word on the end is waited for (DESIGN: confirmed, else assumed). */
const CARRIER_WORD_MS = 10_000;
/** How long the last entries of a log may take to be stored before the rest goes on without them. */
const LAST_FLUSH_MS = 5_000;

export interface CallBooksParts {
  clock: Clock;
  log: Logger;
  nodeId: NodeId;
  /** Lines of an agent that has no number of its own. */
  linesPerAgent: number;
  agents: AgentStore;
  calls: CallStore;
  contacts: ContactStore;
  live: LiveCalls;
  lines: Lines;
  logs: RedisCallLogs;
  feed: Feed;
  jobs: JobQueue;
}

/** Everything that is written down about a call while this process carries it. A store that is gone ends no call. */
export class CallBooks {
  readonly #settings = new Map<string, { settings: CallSettings; lines: number; readMs: number }>();
  readonly #leases = new Map<string, LineLease>();
  #renewing: Cancel | undefined;

  constructor(private readonly parts: CallBooksParts) {}

  /** Keeps the lines of live calls, until closed. */
  open(): void {
    const { clock } = this.parts;
    const renew = () => {
      this.#renewing = clock.after(RENEW_MS, renew);
      if (this.#leases.size === 0) return;
      const noted = this.parts.lines.renew([...this.#leases.values()]);
      noted.catch((error: unknown) => this.parts.log.warn({ error }, 'lines could not be renewed'));
    };
    this.#renewing = clock.after(RENEW_MS, renew);
  }

  close(): void {
    this.#renewing?.();
  }

  /** What a call of this agent begins with; from memory while Postgres is gone. @throws StoreError */
  async settingsOf(agentId: string): Promise<CallSettings> {
    const known = this.#settings.get(agentId);
    const nowMs = this.parts.clock.nowMs();
    if (known && nowMs - known.readMs < SETTINGS_FRESH_MS) return known.settings;
    try {
      const [settings, agent] = await Promise.all([
        this.parts.agents.settingsOf(agentId),
        this.parts.agents.get(agentId),
      ]);
      this.#settings.set(agentId, { settings, lines: agent?.lines ?? this.parts.linesPerAgent, readMs: nowMs });
      return settings;
    } catch (error) {
      if (!known) throw error;
      this.parts.log.warn({ error, agentId }, 'settings could not be read anew');
      return known.settings;
    }
  }

  /** False when all lines of the agent are in use. While Redis is gone, calls are taken: nobody could count them. */
  async takeLine(callId: CallId, agentId: string): Promise<boolean> {
    const lease = { agentId, callId };
    const limit = this.#settings.get(agentId)?.lines ?? this.parts.linesPerAgent;
    try {
      if (!(await this.parts.lines.acquire(lease, limit))) return false;
    } catch (error) {
      this.parts.log.warn({ error, callId }, 'line could not be counted');
    }
    this.#leases.set(callId, lease);
    return true;
  }

  async giveLineBack(callId: CallId): Promise<void> {
    const lease = this.#leases.get(callId);
    if (!lease) return;
    this.#leases.delete(callId);
    await this.#try(callId, 'line could not be given back', () => this.parts.lines.release(lease));
  }

  openLog(callId: CallId): OpenCallLog {
    return this.parts.logs.open(callId);
  }

  publish(callId: CallId, atMs: number, event: CallEvent): void {
    this.parts.feed.publish(callId, atMs, event);
  }

  /** Notes that the call is live. What could not be noted is tried again at its end. */
  async begin(callId: CallId, arrived: ArrivedCall, settings: CallSettings): Promise<void> {
    const startedAt = this.parts.clock.date();
    const contactId = await this.#contactOf(callId, arrived);
    const facts = { ...factsOf(callId, arrived, settings), contactId };
    const { ringingAt } = arrived;
    await Promise.all([
      this.#try(callId, 'call could not be noted as live', () =>
        this.parts.live.begin({
          ...facts,
          ringingAt: ringingAt?.toISOString() ?? null,
          startedAt: startedAt.toISOString(),
          answeredAt: startedAt.toISOString(),
        }),
      ),
      this.#try(callId, 'call could not be stored', () =>
        this.parts.calls.begin({ ...facts, nodeId: this.parts.nodeId, ringingAt, startedAt, answeredAt: startedAt }),
      ),
    ]);
  }

  /** Notes the end, and puts off what comes after it until the carrier has had time to confirm. */
  async end(
    callId: CallId,
    arrived: ArrivedCall,
    settings: CallSettings,
    { endReason, callLog }: { endReason: EndReason; callLog: OpenCallLog },
  ): Promise<void> {
    const endedAt = this.parts.clock.date();
    const { live, calls, jobs } = this.parts;
    await this.#try(callId, 'log could not be stored whole yet', () => callLog.flush(LAST_FLUSH_MS));
    callLog.close();
    const known = await this.#try(callId, 'call could not be read', () => live.get(callId));
    if (!known) await this.begin(callId, arrived, settings);
    await this.#try(callId, 'end could not be noted', () =>
      live.end(callId, { endedAt: endedAt.toISOString(), endReason }),
    );
    await this.#try(callId, 'end could not be stored', () => calls.noteClosing(callId, endedAt));
    const delayMs = known?.hungUpAt ? 0 : CARRIER_WORD_MS;
    await this.#try(callId, 'finish-call could not be put off', () =>
      jobs.add('finish-call', callId, { callId }, { delayMs }),
    );
    const now = await this.#try(callId, 'call could not be read', () => live.get(callId));
    if (delayMs > 0 && now?.hungUpAt)
      await this.#try(callId, 'finish-call waits', () => jobs.promote('finish-call', callId));
  }

  /** An orphan's number may be forged or missing: nobody's data is loaded for it. */
  async #contactOf(callId: CallId, { from, matchedBy }: ArrivedCall): Promise<string | null> {
    if (!from || matchedBy === 'none') return null;
    const contact = await this.#try(callId, 'contact could not be read', () => this.parts.contacts.byNumber(from));
    return contact?.id ?? null;
  }

  async #try<Result>(callId: CallId, message: string, act: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await act();
    } catch (error) {
      this.parts.log.error({ error, callId }, message);
      return undefined;
    }
  }
}

const factsOf = (callId: CallId, arrived: ArrivedCall, settings: CallSettings) => ({
  id: callId,
  direction: arrived.direction,
  carrier: arrived.carrier,
  carrierCallId: arrived.carrierCallId,
  from: arrived.from,
  to: arrived.to,
  agentId: settings.agent.id,
  agentVersion: settings.agent.version,
  routedBy: `number ${arrived.number.e164}`,
});
