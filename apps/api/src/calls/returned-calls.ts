import type { Logger } from '@app/boot';
import { BrokenLog, readLog, relive, type RelivedCall } from '@app/conversation';
import { StoreError } from '@app/conversation/ports';
import type { JobQueue } from '@app/jobs';
import { type Clock, type NodeId, OperationalError } from '@app/kernel';
import type { Commands, LiveCall, LiveCalls, Nodes, RedisCallLogs } from '@app/live-state';
import type { TakenOverCall } from './arrived-call.js';

export interface ReturnedCallsParts {
  clock: Clock;
  log: Logger;
  nodeId: NodeId;
  live: Pick<LiveCalls, 'findByCarrierCallId' | 'takeOver' | 'end'>;
  nodes: Pick<Nodes, 'isThere'>;
  commands: Pick<Commands, 'send'>;
  logs: Pick<RedisCallLogs, 'read'>;
  jobs: Pick<JobQueue, 'add'>;
}

/**
 * What a stream is of which the carrier says that it is a certain call. `new`: nobody has that call. `taken`: somebody has
 * it, and this is a second stream of it. `returned`: whoever had it is gone, and it is this node's now.
 */
export type Returned =
  { state: 'new' } | { state: 'taken' } | { state: 'returned'; call: LiveCall; takenOver: TakenOverCall };

const NEW: Returned = { state: 'new' };
const TAKEN: Returned = { state: 'taken' };
const TELL_AGAIN_MS = 1_000;

/** Takes over calls whose node died and whose sound comes back, to this node. */
export class ReturnedCalls {
  constructor(private readonly parts: ReturnedCallsParts) {}

  /**
   * A node that is not heard of any more is gone; one that should be there is asked, and is gone when it does not answer
   * within a second. From then on the call is ours, whatever it still does. Never rejects for a store that is gone.
   */
  async take(carrier: string, carrierCallId: string | null): Promise<Returned> {
    if (carrierCallId === null) return NEW;
    const { live, nodeId, log } = this.parts;
    try {
      const call = await live.findByCarrierCallId(carrier, carrierCallId);
      if (call?.state !== 'live') return NEW;
      if (call.nodeId === nodeId || (await this.#isCarried(call))) return TAKEN;
      return await this.#takeOver(call);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn({ error }, 'stream taken without asking whose call it was');
      return NEW;
    }
  }

  async #isCarried({ id, nodeId }: LiveCall): Promise<boolean> {
    if (!(await this.parts.nodes.isThere(nodeId))) return false;
    const { state } = await this.parts.commands.send(id, { type: 'confirm', author: this.parts.nodeId });
    return state !== 'queued';
  }

  async #takeOver(call: LiveCall): Promise<Returned> {
    const { live, log, nodeId } = this.parts;
    const { id: callId, nodeId: fromNode } = call;
    const epoch = await live.takeOver(call);
    if (epoch === undefined) return TAKEN;
    const owned = { ...call, nodeId, epoch };
    const relived = await this.#relive(owned).catch((error: unknown) => {
      if (!(error instanceof OperationalError || error instanceof BrokenLog)) throw error;
      log.error({ error, callId }, 'log of a call that came back could not be read');
      return undefined;
    });
    if (!relived) return this.#closeInstead(owned);
    log.warn(
      { callId, fromNode, epoch, entries: relived.seq },
      'call of a node that is gone came back, and goes on here',
    );
    const takenOver = { ...relived, fromNode, toNode: nodeId, epoch, startedAt: new Date(call.startedAt) };
    return { state: 'returned', call: owned, takenOver };
  }

  /** Only of a log that holds nothing that was not read: what comes next must follow it. */
  async #relive({ id }: LiveCall): Promise<RelivedCall | undefined> {
    const lines = await this.parts.logs.read(id);
    const relived = relive(readLog(lines));
    return relived?.seq === lines.length ? relived : undefined;
  }

  /** Nobody can go on with it: it ends as that of any node that is gone, and its caller is served anew. */
  async #closeInstead(call: LiveCall): Promise<Returned> {
    this.parts.log.warn({ callId: call.id }, 'call came back, and nothing is known of what was said');
    if (!(await this.#closed(call))) void this.#insist(call);
    return NEW;
  }

  async #insist(call: LiveCall): Promise<void> {
    do await this.parts.clock.sleep(TELL_AGAIN_MS);
    while (!(await this.#closed(call)));
  }

  async #closed({ id, epoch }: LiveCall): Promise<boolean> {
    const { live, jobs, clock } = this.parts;
    try {
      await live.end(id, { endedAt: clock.date().toISOString(), endReason: 'node-lost' }, epoch);
      await jobs.add('finish-call', id, { callId: id });
      return true;
    } catch (error) {
      if (error instanceof OperationalError && error.retryable) return false;
      throw error;
    }
  }
}
