import { randomUUID } from 'node:crypto';
import type { Clock, NodeId } from '@app/kernel';
import type { Redis } from 'ioredis';
import { type CallCommand, type CommandAnswer, type CommandOutcome, readAnswer, writeCommand } from './command.js';
import { CommandQueue, type CommandTaker } from './command-queue.js';
import { asked, type LiveRedis } from './redis.js';

const ANSWER_WITHIN_MS = 1_000;
/** A stream of commands is forgotten so long after the last one: its node may be gone. */
const STREAM_MS = 3_600_000;

/** Commands to calls, wherever they live: appended to the stream of the node that carries the call. */
export class Commands {
  readonly #senderId = randomUUID();
  readonly #awaited = new Map<string, (answer: CommandAnswer) => void>();
  #ear: Promise<Redis> | undefined;

  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  /** Waits 1 s at most; the command stays in the queue after that. @throws StoreError */
  async send(callId: string, command: CallCommand): Promise<CommandOutcome> {
    const { keys } = this.redis;
    const [nodeId, endedAt] = await this.redis.ask((redis) => redis.hmget(keys.call(callId), 'nodeId', 'endedAt'));
    if (!nodeId || endedAt) return { state: 'no-such-call' };
    const replyTo = keys.answers(this.#senderId);
    this.#ear ??= this.#listen(replyTo);
    await this.#ear;
    const commandId = randomUUID();
    const answered = this.#answerTo(commandId);
    const stream = keys.commands(nodeId);
    const fields = writeCommand({ commandId, callId, command, replyTo });
    try {
      const streamId = await this.redis.ask((redis) => redis.xadd(stream, '*', ...fields));
      await this.redis.ask((redis) => redis.pexpire(stream, STREAM_MS));
      return (await answered) ?? { state: 'queued', commandId, place: await this.#placeOf(stream, streamId ?? '-') };
    } finally {
      this.#awaited.delete(commandId);
    }
  }

  /** Takes this node's commands until stopped, those of one call one after the other. Rides out a Redis that is gone. */
  serve(nodeId: NodeId, take: CommandTaker): { stop(): Promise<void> } {
    return new CommandQueue(this.redis, this.clock, this.redis.keys.commands(nodeId)).serve(take);
  }

  /** Whoever waits for an answer gets `queued`. */
  async close(): Promise<void> {
    const ear = await this.#ear?.catch(() => undefined);
    if (ear) this.redis.drop(ear);
    this.#ear = undefined;
  }

  /** Undefined when none came in time. */
  #answerTo(commandId: string): Promise<CommandAnswer | undefined> {
    return new Promise((resolve) => {
      const late = this.clock.after(ANSWER_WITHIN_MS, () => resolve(undefined));
      this.#awaited.set(commandId, (answer) => {
        late();
        resolve(answer);
      });
    });
  }

  /** Those that were not carried out yet, up to and with this one. */
  async #placeOf(stream: string, streamId: string): Promise<number> {
    return (await this.redis.ask((redis) => redis.xrange(stream, '-', streamId))).length;
  }

  async #listen(channel: string): Promise<Redis> {
    const ear = this.redis.forkSubscriber();
    ear.on('message', (_channel: string, json: string) => {
      const answered = readAnswer(json);
      if (answered) this.#awaited.get(answered.commandId)?.(answered.answer);
    });
    await asked(ear.subscribe(channel));
    return ear;
  }
}
