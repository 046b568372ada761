import type { Clock, NodeId } from '@app/kernel';
import type { LiveRedis } from './redis.js';

/** What may be asked of a live call from outside. `author` says who asks: an API key's name, a supervisor. */
export type CallCommand = { type: 'hang-up'; author: string };

/** What its node did. */
export type CommandAnswer = { state: 'done'; effect: 'hung-up' } | { state: 'no-such-call' };

/** `queued`: not answered within 1 s; `place` counts from 1 in its node's queue. */
export type CommandOutcome = CommandAnswer | { state: 'queued'; commandId: string; place: number };

/** Carries out a command at once. It never rejects. */
export type CommandTaker = (callId: string, command: CallCommand) => Promise<CommandAnswer>;

/** Commands to calls, wherever they live: appended to the stream of the node that carries the call. */
export class Commands {
  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  /** Waits 1 s at most. @throws StoreError */
  async send(_callId: string, _command: CallCommand): Promise<CommandOutcome> {
    throw new Error(String([this.redis, this.clock]));
  }

  /** Takes this node's commands, in order for each call, until stopped. Rides out a Redis that is gone. */
  async serve(_nodeId: NodeId, _take: CommandTaker): Promise<{ stop(): Promise<void> }> {
    throw new Error('not yet');
  }

  async close(): Promise<void> {
    throw new Error('not yet');
  }
}
