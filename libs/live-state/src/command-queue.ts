import type { Clock } from '@app/kernel';
import type { Redis } from 'ioredis';
import { type Answered, type CallCommand, type CommandAnswer, readCommand, type SentCommand } from './command.js';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

/** Carries out a command at once. A rejection is answered `failed`. */
export type CommandTaker = (callId: string, command: CallCommand, commandId: string) => Promise<CommandAnswer>;

type StreamEntry = [streamId: string, fields: string[]];

const BLOCK_MS = 5_000;
const RETRY_MS = 100;
const BATCH = 50;

/** KEYS: command. ARGV: the answer. Only while it is known. */
const keepAnswer = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'answer', ARGV[1]) end
`);

/** The commands of one node, read by that node alone. What was carried out is removed, so that the rest can be counted. */
export class CommandQueue {
  /** The last command of each call: the next one waits for it. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #stopped = new AbortController();
  #readUpTo = '0';

  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
    private readonly stream: string,
  ) {}

  serve(take: CommandTaker): { stop(): Promise<void> } {
    const reader = this.redis.forkReader();
    const reading = this.#readAll(reader, take);
    return {
      stop: async () => {
        this.#stopped.abort();
        this.redis.drop(reader);
        await reading;
        await Promise.all(this.#busy.values());
      },
    };
  }

  async #readAll(reader: Redis, take: CommandTaker): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      for (const [streamId, [, json = '']] of await this.#read(reader, signal)) {
        this.#readUpTo = streamId;
        const sent = readCommand(json);
        if (sent) this.#queue(sent.callId, () => this.#carryOut(streamId, sent, take));
        else await this.#remove(streamId);
      }
    }
  }

  async #read(reader: Redis, signal: AbortSignal): Promise<readonly StreamEntry[]> {
    try {
      const streams = await reader.xread('COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', this.stream, this.#readUpTo);
      return (streams as [[string, StreamEntry[]]] | null)?.[0][1] ?? [];
    } catch {
      await this.clock.sleep(RETRY_MS, signal).catch(() => undefined); // gone, or stopped: the loop sees which
      return [];
    }
  }

  #queue(callId: string, work: () => Promise<void>): void {
    const done = (this.#busy.get(callId) ?? Promise.resolve()).then(work).finally(() => {
      if (this.#busy.get(callId) === done) this.#busy.delete(callId);
    });
    this.#busy.set(callId, done);
  }

  async #carryOut(
    streamId: string,
    { commandId, callId, command, replyTo }: SentCommand,
    take: CommandTaker,
  ): Promise<void> {
    const answer = await take(callId, command, commandId).catch((): CommandAnswer => ({ state: 'failed' }));
    const answered: Answered = { commandId, answer };
    await this.redis
      .ask((redis) => keepAnswer(redis, [this.redis.keys.command(commandId)], [JSON.stringify(answer)]))
      .catch(() => undefined);
    await this.#remove(streamId);
    await this.redis.ask((redis) => redis.publish(replyTo, JSON.stringify(answered))).catch(() => undefined);
  }

  /** One that could not be removed is not carried out again: it is behind the place up to which was read. */
  async #remove(streamId: string): Promise<void> {
    await this.redis.ask((redis) => redis.xdel(this.stream, streamId)).catch(() => undefined);
  }
}
