import type { Logger } from '@app/boot';
import type { CallEvent, CallSettings, EndReason, Line } from '@app/conversation/ports';
import type { JobQueue } from '@app/jobs';
import { type CallId, type Cancel, type Clock, type NodeId, OperationalError } from '@app/kernel';
import type {
  CarrierAbility,
  Feed,
  Lines,
  LineLease,
  LiveCalls,
  NewLiveCall,
  OpenCallLog,
  RedisCallLogs,
} from '@app/live-state';
import type { AgentStore, CallStore, ContactStore } from '@app/persistence';
import type { ArrivedCall, TakenOverCall } from './arrived-call.js';
import { KnownSettings } from './known-settings.js';

/** How often the leases on lines are renewed; they expire after 15 s. */
const RENEW_MS = 3_000;
/** How long the carrier's word on the end is waited for (DESIGN: confirmed, else assumed). */
const CARRIER_WORD_MS = 10_000;
/** How long the last entries of a log may take to be stored before the rest goes on without them. */
const LAST_FLUSH_MS = 5_000;
/** Pause before Redis, which was gone, is told again that a call ended. */
const TELL_AGAIN_MS = 1_000;

export interface CallBooksParts {
  clock: Clock;
  log: Logger;
  nodeId: NodeId;
  /** Lines of an agent that has no number of its own. */
  linesPerAgent: number;
  /** Undefined: as many as the agents have. */
  linesPerNode?: number | undefined;
  /** Of all agents on all nodes. */
  linesInAll?: number | undefined;
  /** Persons can be called to take calls over. */
  callsPersons?: boolean;
  agents: Pick<AgentStore, 'settingsOf' | 'get'>;
  calls: Pick<CallStore, 'begin' | 'noteClosing' | 'noteMissed' | 'noteNode' | 'noteRecording'>;
  contacts: Pick<ContactStore, 'byNumber'>;
  live: Pick<LiveCalls, 'begin' | 'end' | 'get' | 'update'>;
  lines: Pick<Lines, 'acquire' | 'move' | 'renew' | 'release'>;
  logs: Pick<RedisCallLogs, 'open'>;
  feed: Pick<Feed, 'publish' | 'goOn' | 'leave'>;
  jobs: Pick<JobQueue, 'add' | 'promote'>;
}

/** A call and the settings it has for as long as it lasts. */
export interface NotedCall {
  arrived: ArrivedCall;
  settings: CallSettings;
  /** When its line was up. */
  startedAt: Date;
}

/** Everything that is written down about a call while this process carries it. A store that is gone ends no call. */
export class CallBooks {
  readonly #settings: KnownSettings;
  readonly #leases = new Map<string, LineLease>();
  /** Calls that another node took from this one: nothing more is written of them here. */
  readonly #taken = new Set<string>();
  #whenTaken: (callId: string) => void = () => undefined;
  readonly #closed = new AbortController();
  #renewing: Cancel | undefined;

  constructor(private readonly parts: CallBooksParts) {
    this.#settings = new KnownSettings(parts);
  }

  /** Keeps the lines of live calls, until closed. @param whenTaken told once of a call that is another node's now */
  open(whenTaken: (callId: string) => void = () => undefined): void {
    const { clock } = this.parts;
    this.#whenTaken = whenTaken;
    const renew = () => {
      this.#renewing = clock.after(RENEW_MS, renew);
      if (this.#leases.size > 0) void this.#renew([...this.#leases.values()]);
    };
    this.#renewing = clock.after(RENEW_MS, renew);
  }

  async #renew(leases: readonly LineLease[]): Promise<void> {
    try {
      for (const callId of await this.parts.lines.renew(leases)) this.#lose(callId);
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      this.parts.log.warn({ error }, 'lines could not be renewed');
    }
  }

  /** Also gives up what could not be written down so far. */
  close(): void {
    this.#renewing?.();
    this.#closed.abort();
  }

  /** What a call of this agent begins with; from memory while Postgres is gone. @throws StoreError */
  settingsOf(agentId: string): Promise<CallSettings> {
    return this.#settings.of(agentId);
  }

  /**
   * False when all lines of the agent, of this node or of the installation are in use. While Redis is gone, calls are
   * taken as far as this node has lines: nobody could count the others.
   */
  async takeLine(callId: CallId, agentId: string): Promise<boolean> {
    const { nodeId, linesPerNode, linesInAll } = this.parts;
    const lease = { agentId, callId, nodeId };
    const agent = this.#settings.linesOf(agentId);
    try {
      if (!(await this.parts.lines.acquire(lease, { agent, node: linesPerNode, account: linesInAll }))) return false;
    } catch (error) {
      this.parts.log.warn({ error, callId }, 'line could not be counted');
      if (linesPerNode !== undefined && this.#leases.size >= linesPerNode) return false;
    }
    this.#leases.set(callId, lease);
    return true;
  }

  /** The line and the numbering of a call that was another node's; limits are not asked: the call is there. */
  async takeOver(callId: CallId, agentId: string, { epoch, told }: TakenOverCall): Promise<void> {
    const { nodeId, feed, calls, lines } = this.parts;
    feed.goOn(callId, told);
    const lease = { agentId, callId, nodeId, epoch };
    this.#leases.set(callId, lease);
    await this.#try(callId, 'line could not be taken over', () => lines.renew([lease]));
    void this.#try(callId, 'node could not be noted', () => calls.noteNode(callId, nodeId));
  }

  /** False when the other agent has no line to spare. While Redis is gone it is not counted. */
  async moveLine(callId: CallId, agentId: string): Promise<boolean> {
    const lease = this.#leases.get(callId);
    if (!lease) return true;
    const agents = { from: lease.agentId, to: agentId };
    const isFree = await this.#try(callId, 'line could not be counted', () =>
      this.parts.lines.move(callId, agents, this.#settings.linesOf(agentId)),
    );
    if (isFree === false) return false;
    if (this.#leases.has(callId)) this.#leases.set(callId, { ...lease, agentId });
    return true;
  }

  /** Another agent has the call. */
  async noteAgent(callId: CallId, { id: agentId, version: agentVersion }: CallSettings['agent']): Promise<void> {
    const changes = { agentId, agentVersion };
    await this.#try(callId, 'agent could not be noted', () =>
      this.parts.live.update(callId, changes, this.#leases.get(callId)?.epoch),
    );
  }

  async giveLineBack(callId: CallId): Promise<void> {
    const lease = this.#leases.get(callId);
    if (!lease) return;
    this.#leases.delete(callId);
    await this.#try(callId, 'line could not be given back', () => this.parts.lines.release(lease));
  }

  /** Where the row is not there yet, finish-call finds the recording by its name. */
  async noteRecording(callId: CallId, name: string): Promise<void> {
    await this.#try(callId, 'recording could not be noted', () => this.parts.calls.noteRecording(callId, name));
  }

  openLog(callId: CallId, takenOver?: TakenOverCall): OpenCallLog {
    const owner = takenOver && { epoch: takenOver.epoch, stored: takenOver.seq };
    return this.parts.logs.open(callId, owner, () => this.#lose(callId));
  }

  publish(callId: CallId, atMs: number, event: CallEvent): void {
    if (!this.#taken.has(callId)) this.parts.feed.publish(callId, atMs, event);
  }

  /** Notes that the call is live. What Redis could not be told is told at the end; the row is then made by finish-call. */
  async begin(call: NotedCall): Promise<void> {
    const { id: callId, ringingAt } = call.arrived;
    const facts = { ...factsOf(call), contactId: await this.#contactOf(call.arrived) };
    const { startedAt } = call;
    const row = { ...facts, nodeId: this.parts.nodeId, ringingAt, startedAt, answeredAt: startedAt };
    await Promise.all([
      this.#try(callId, 'call could not be noted as live', () => this.parts.live.begin(this.#liveCallOf(call, facts))),
      this.#try(callId, 'call could not be stored', () => this.parts.calls.begin(row)),
    ]);
  }

  /**
   * Notes the end, also of a call that `begin` never noted, and puts off what comes after it until the carrier has had
   * time to confirm. Resolves when Redis knows of it, however long that is gone, or when the books are closed. Of a call
   * that another node has now, nothing is noted.
   */
  async end(call: NotedCall, endReason: EndReason, callLog: OpenCallLog): Promise<void> {
    const callId = call.arrived.id;
    const endedAt = this.parts.clock.date();
    await this.#try(callId, 'log could not be stored whole yet', () => callLog.flush(LAST_FLUSH_MS));
    callLog.close();
    if (this.#taken.delete(callId)) return;
    await this.#try(callId, 'end could not be stored', () => this.parts.calls.noteClosing(callId, endedAt));
    await this.#endLive(call, { endedAt: endedAt.toISOString(), endReason });
  }

  /** Notes a call of which we do not even know the settings. Of an orphan there is nothing to be noted. */
  async miss({ id, carrier, carrierCallId, direction, from, to, ringingAt }: ArrivedCall): Promise<void> {
    if (carrierCallId === null) return;
    const missed = { carrier, carrierCallId, direction, from, to, ringingAt, endedAt: this.parts.clock.date() };
    await this.#try(id, 'missed call could not be stored', () => this.parts.calls.noteMissed(missed));
  }

  /** Each step may be done twice, but none again after the next: finish-call forgets the call. */
  async #endLive(call: NotedCall, end: { endedAt: string; endReason: EndReason }): Promise<void> {
    const callId = call.arrived.id;
    const { live, jobs } = this.parts;
    const known = await this.#insist(callId, 'call could not be read', () => live.get(callId));
    if (!known) {
      const facts = { ...factsOf(call), contactId: await this.#contactOf(call.arrived) };
      await this.#insist(callId, 'call could not be noted', () => live.begin(this.#liveCallOf(call, facts)));
    }
    const ended = await this.#insist(callId, 'end could not be noted', () =>
      live.end(callId, end, call.arrived.takenOver?.epoch),
    );
    if (ended === false) return;
    const delayMs = known?.hungUpAt ? 0 : CARRIER_WORD_MS;
    await this.#insist(callId, 'finish-call could not be put off', () =>
      jobs.add('finish-call', callId, { callId }, { delayMs }),
    );
    if (delayMs === 0) return;
    const now = await this.#insist(callId, 'call could not be read', () => live.get(callId));
    if (now?.hungUpAt) await this.#try(callId, 'finish-call waits', () => jobs.promote('finish-call', callId));
  }

  #lose(callId: string): void {
    if (this.#taken.has(callId)) return;
    this.parts.log.warn({ callId }, 'call is another node’s now');
    this.#taken.add(callId);
    this.#leases.delete(callId);
    this.parts.feed.leave(callId);
    this.#whenTaken(callId);
  }

  /** An orphan's number may be forged or missing: nobody's data is loaded for it. */
  async #contactOf({ id, direction, from, to, matchedBy }: ArrivedCall): Promise<string | null> {
    const theirs = direction === 'outbound' ? to : from;
    if (!theirs || matchedBy === 'none') return null;
    const contact = await this.#try(id, 'contact could not be read', () => this.parts.contacts.byNumber(theirs));
    return contact?.id ?? null;
  }

  /** Instants as Redis keeps them. */
  #liveCallOf(
    { arrived, startedAt }: NotedCall,
    facts: ReturnType<typeof factsOf> & { contactId: string | null },
  ): NewLiveCall {
    const upAt = startedAt.toISOString();
    const carrierCan = [...abilitiesOf(arrived.line), ...(this.parts.callsPersons ? (['warm-transfer'] as const) : [])];
    return {
      ...{ ...facts, carrierCan, startedAt: upAt, answeredAt: upAt },
      ringingAt: arrived.ringingAt?.toISOString() ?? null,
    };
  }

  /** Again and again while the store is gone, until the books are closed; told once. */
  async #insist<Result>(callId: CallId, message: string, act: () => Promise<Result>): Promise<Result | undefined> {
    const { clock, log } = this.parts;
    const { signal } = this.#closed;
    for (let first = true; ; first = false) {
      try {
        return await act();
      } catch (error) {
        if (first) log.error({ error, callId }, message);
        if (signal.aborted || !(error instanceof OperationalError && error.retryable)) return undefined;
        await clock.sleep(TELL_AGAIN_MS, signal).catch(() => undefined);
      }
    }
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

const factsOf = ({ arrived, settings }: NotedCall) => ({
  id: arrived.id,
  direction: arrived.direction,
  carrier: arrived.carrier,
  carrierCallId: arrived.carrierCallId,
  from: arrived.from,
  to: arrived.to,
  agentId: settings.agent.id,
  agentVersion: settings.agent.version,
  routedBy: arrived.routedBy ?? `number ${arrived.number.e164}`,
});

const abilitiesOf = ({ capabilities }: Line): CarrierAbility[] => [
  ...(capabilities.transfers ? (['transfer'] as const) : []),
  ...(capabilities.sendsDigits ? (['digits'] as const) : []),
];
