import type { Logger } from '@app/boot';
import type { JobQueue } from '@app/jobs';
import { type Cancel, type Clock, OperationalError } from '@app/kernel';
import type { LiveCall, LiveCalls, Nodes } from '@app/live-state';

export interface LostCallsParts {
  live: LiveCalls;
  nodes: Nodes;
  queue: Pick<JobQueue, 'add'>;
  clock: Clock;
  log: Logger;
}

const LOOK_EVERY_MS = 5_000;
/** The carrier's word is waited for 10 s; after this the job must be there. */
const FINISHED_WITHIN_MS = 30_000;
/** How long the carrier has to say that the call of a lost node ended. */
const CARRIER_WORD_MS = 10_000;

/**
 * Finds calls that nobody will end: those of a node that is gone, which are closed as `node-lost`, and those that ended
 * while Redis took no job. Any number of workers may look: each act is one that may be done twice.
 */
export class LostCalls {
  #next: Cancel | undefined;
  /** Nodes that were not heard of at the last look. After a Redis that was gone, its nodes need a moment to tell. */
  #suspected: ReadonlySet<string> = new Set();
  #looking: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LostCallsParts) {}

  watch(): void {
    this.#next = this.parts.clock.after(LOOK_EVERY_MS, () => {
      this.watch();
      this.#looking = this.#looking.then(() => this.#lookOrTell());
    });
  }

  async close(): Promise<void> {
    this.#next?.();
    await this.#looking;
  }

  /** A node is lost when two looks in a row did not find it. @throws StoreError, JobsUnavailable */
  async look(): Promise<void> {
    const { live, nodes, clock } = this.parts;
    const suspected = this.#suspected;
    this.#suspected = new Set();
    const [calls, alive] = await Promise.all([live.unfinished(), nodes.list()]);
    const aliveIds = new Set<string>(alive.map(({ id }) => id));
    const orphaned = calls.filter(({ endedAt, nodeId }) => endedAt === null && !aliveIds.has(nodeId));
    this.#suspected = new Set(orphaned.map(({ nodeId }) => nodeId));
    for (const call of orphaned) if (suspected.has(call.nodeId)) await this.#close(call);
    const nowMs = clock.date().getTime();
    const isLate = ({ endedAt }: LiveCall) => endedAt !== null && nowMs - Date.parse(endedAt) > FINISHED_WITHIN_MS;
    for (const call of calls.filter(isLate)) await this.#finish(call);
  }

  async #lookOrTell(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      this.parts.log.warn({ error }, 'could not look for lost calls');
    }
  }

  async #close({ id, nodeId }: LiveCall): Promise<void> {
    const { live, queue, clock, log } = this.parts;
    log.warn({ callId: id, nodeId }, 'node of this call is gone');
    await live.end(id, { endedAt: clock.date().toISOString(), endReason: 'node-lost' });
    await queue.add('finish-call', id, { callId: id }, { delayMs: CARRIER_WORD_MS });
  }

  /** Nothing happens when its job is there already. */
  async #finish({ id }: LiveCall): Promise<void> {
    await this.parts.queue.add('finish-call', id, { callId: id });
  }
}
