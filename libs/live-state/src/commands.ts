import { randomUUID } from 'node:crypto';
import type { Clock, NodeId } from '@app/kernel';
import type { Redis } from 'ioredis';
import {
  type CallCommand,
  type CommandAnswer,
  type CommandOutcome,
  digestOf,
  type KnownCommand,
  readAnswer,
  readStoredAnswer,
  writeCommand,
} from './command.js';
import { CommandQueue, type CommandTaker } from './command-queue.js';
import { asked, type LiveRedis } from './redis.js';
import { script } from './script.js';

const ANSWER_WITHIN_MS = 1_000;
/** A stream of commands is forgotten so long after the last one: its node may be gone. */
const STREAM_MS = 3_600_000;
/** So long the same key is the same command, and what became of it can be asked. */
const KNOWN_MS = 24 * 3_600_000;
/** A question is nothing that anybody looks up later. */
const QUESTION_MS = 5_000;
const QUESTIONS: ReadonlySet<CallCommand['type']> = new Set(['tell-counts', 'carrier-gone']);
const LOOK_EVERY_MS = 50;

/** KEYS: command, stream of its node. ARGV: what it asks, call, node, lifetimes of both, field, value. Null when it is known. */
const put = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then return nil end
  local id = redis.call('XADD', KEYS[2], '*', ARGV[6], ARGV[7])
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
  redis.call('HSET', KEYS[1], 'asked', ARGV[1], 'callId', ARGV[2], 'nodeId', ARGV[3], 'streamId', id)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return id
`);

/** Commands to calls, wherever they live: appended to the stream of the node that carries the call. */
export class Commands {
  readonly #senderId = randomUUID();
  readonly #awaited = new Map<string, (answer: CommandAnswer) => void>();
  #ear: Promise<Redis> | undefined;

  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  /**
   * Waits 1 s at most; the command stays in the queue after that.
   *
   * @param key of whoever asks: the same key with the same command is the same command, and gets its first answer
   * @throws StoreError
   */
  async send(callId: string, command: CallCommand, key?: string): Promise<CommandOutcome> {
    const { keys } = this.redis;
    const commandId = key === undefined ? randomUUID() : digestOf(callId, command.author, key);
    if (key !== undefined && (await this.#isKnown(commandId))) return this.#again(commandId, command);
    const [nodeId, endedAt] = await this.redis.ask((redis) => redis.hmget(keys.call(callId), 'nodeId', 'endedAt'));
    if (!nodeId || endedAt) return { state: 'no-such-call' };
    const replyTo = keys.answers(this.#senderId);
    this.#ear ??= this.#listen(replyTo);
    await this.#ear;
    const answered = this.#answerTo(commandId);
    const stream = keys.commands(nodeId);
    const fields = writeCommand({ commandId, callId, command, replyTo });
    const knownMs = QUESTIONS.has(command.type) ? QUESTION_MS : KNOWN_MS;
    const args = [digestOf(command), callId, nodeId, knownMs, STREAM_MS, ...fields];
    try {
      const streamId = await this.redis.ask((redis) => put(redis, [keys.command(commandId), stream], args));
      if (streamId === null) return await this.#again(commandId, command); // the same key, at the same time
      const answer = (await answered) ?? (await this.get(commandId))?.answer; // what was said too late to be heard
      if (answer) return { ...answer, commandId };
      return { state: 'queued', commandId, place: Math.max(1, await this.#placeOf(stream, String(streamId))) };
    } finally {
      this.#awaited.delete(commandId);
    }
  }

  /** Undefined when none of that id was sent within a day. @throws StoreError */
  async get(commandId: string): Promise<KnownCommand | undefined> {
    const { callId, answer } = await this.redis.ask((redis) => redis.hgetall(this.redis.keys.command(commandId)));
    return callId === undefined ? undefined : { commandId, callId, answer: readStoredAnswer(answer) };
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

  async #isKnown(commandId: string): Promise<boolean> {
    return (await this.redis.ask((redis) => redis.exists(this.redis.keys.command(commandId)))) === 1;
  }

  /** What became of a command that was sent before; waits for it as for one that is sent now. */
  async #again(commandId: string, command: CallCommand): Promise<CommandOutcome> {
    const { keys } = this.redis;
    for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
      const { asked, nodeId, streamId, answer } = await this.redis.ask((redis) =>
        redis.hgetall(keys.command(commandId)),
      );
      if (asked !== digestOf(command)) return { state: 'mismatch' };
      const known = readStoredAnswer(answer);
      if (known) return { ...known, commandId };
      if (waitedMs >= ANSWER_WITHIN_MS) {
        const place = await this.#placeOf(keys.commands(nodeId ?? ''), streamId ?? '-');
        return { state: 'queued', commandId, place: Math.max(1, place) };
      }
      await this.clock.sleep(LOOK_EVERY_MS);
    }
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
