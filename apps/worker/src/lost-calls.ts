import type { Logger } from '@app/boot';
import type { JobQueue } from '@app/jobs';
import type { Clock } from '@app/kernel';
import type { LiveCall, LiveCalls, Nodes } from '@app/live-state';
import { Rounds } from './rounds.js';

export interface LostCallsParts {
  live: LiveCalls;
  nodes: Nodes;
  queue: Pick<JobQueue, 'add'>;
  clock: Clock;
  log: Logger;
  /** How long a call is left open once its node is known to be gone: its sound may come back, to another node. 4 s at least. */
  returnWithinMs?: number;
}

const LOOK_EVERY_MS = 2_000;
/** A node tells of itself every 3 s: one that is alive has done so by then, also after a Redis that was gone. */
const SUSPECTED_MS = 4_000;
/** The carrier's word is waited for 10 s; after this the job must be there. */
const FINISHED_WITHIN_MS = 30_000;

/**
 * Finds calls that nobody will end: those of a node that is gone, which are closed as `node-lost` unless they had ended,
 * and those that ended while Redis took no job. Any number of workers may look: each act is one that may be done twice.
 */
export class LostCalls {
  readonly #rounds: Rounds;
  /** Nodes that are not heard of, and since when. After a Redis that was gone, its nodes need a moment to tell. */
  #suspected: ReadonlyMap<string, number> = new Map();

  constructor(private readonly parts: LostCallsParts) {
    const { clock, log } = parts;
    const failed = 'could not look for lost calls';
    this.#rounds = new Rounds({ everyMs: LOOK_EVERY_MS, look: () => this.look(), clock, log, failed });
  }

  watch(): void {
    this.#rounds.begin();
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** A node is lost when no look of the last 4 s, or of the time in which its calls may return, found it. @throws StoreError, JobsUnavailable */
  async look(): Promise<void> {
    const { live, nodes, clock } = this.parts;
    const suspected = this.#suspected;
    this.#suspected = new Map();
    const [calls, alive] = await Promise.all([live.unfinished(), nodes.list()]);
    const aliveIds = new Set<string>(alive.map(({ id }) => id));
    const gone = calls.filter(({ nodeId }) => !aliveIds.has(nodeId));
    const lookedMs = clock.nowMs();
    const since = (nodeId: string) => suspected.get(nodeId) ?? lookedMs;
    this.#suspected = new Map(gone.map(({ nodeId }) => [nodeId, since(nodeId)]));
    const patienceMs = Math.max(SUSPECTED_MS, this.parts.returnWithinMs ?? 0);
    for (const call of gone) if (lookedMs - since(call.nodeId) >= patienceMs) await this.#close(call);
    const nowMs = clock.date().getTime();
    const isLate = ({ endedAt }: LiveCall) => endedAt !== null && nowMs - Date.parse(endedAt) > FINISHED_WITHIN_MS;
    for (const call of calls.filter(isLate)) await this.#finish(call);
  }

  /**
   * Its carrier has had all the time since the line broke; what it says later amends the record. One that ended before
   * its node went, or was closed by a look that went no further, may have no job yet. One that another node took over
   * meanwhile is not lost.
   */
  async #close(call: LiveCall): Promise<void> {
    const { live, clock, log } = this.parts;
    const { id, nodeId, endedAt, epoch } = call;
    if (endedAt === null) {
      if (!(await live.end(id, { endedAt: clock.date().toISOString(), endReason: 'node-lost' }, epoch))) return;
      log.warn({ callId: id, nodeId }, 'node of this call is gone');
    }
    await this.#finish(call);
  }

  /** Nothing happens when its job is there already. */
  async #finish({ id }: LiveCall): Promise<void> {
    await this.parts.queue.add('finish-call', id, { callId: id });
  }
}
