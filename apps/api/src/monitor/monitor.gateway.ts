import { Feed, type FeedItem } from '@app/live-state';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { Asker } from '../auth/asker.js';
import { SocketAccess } from '../auth/socket-access.js';
import { CallStory } from '../calls/call-story.js';
import type { DoorOptions } from '../media/upgrade-adapter.js';
import { InjectLogger, type Logger } from '../process-parts.js';
import { MonitorGate } from './monitor.gate.js';

/** What a watcher may ask: all calls from now on, or one from a number on. */
const WISH = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('follow-all') }),
  z.strictObject({ type: z.literal('follow'), callId: z.uuid(), after: z.int().min(0).default(0) }),
  z.strictObject({ type: z.literal('unfollow'), callId: z.uuid() }),
]);
type Wish = z.output<typeof WISH>;

const MOST_CALLS = 100;
/** Somebody who does not read is let go, and comes back with the numbers that they have. */
const MAX_UNSENT_BYTES = 1_048_576;
/** Of our own (RFC 6455 §7.4.2). */
const TOO_SLOW = 4_408;

/** Where desks and dashboards hear what happens in calls, on whatever node; the same events and numbers as over HTTP. */
@WebSocketGateway<DoorOptions>({ path: '/api/v1/monitor', gate: MonitorGate })
export class MonitorGateway implements OnGatewayConnection {
  constructor(
    private readonly story: CallStory,
    private readonly feed: Feed,
    private readonly access: SocketAccess,
    @InjectLogger() private readonly log: Logger,
  ) {}

  handleConnection(socket: WebSocket, asker: Asker): void {
    this.access.watch(socket, asker, 'calls:read');
    const watching = new Watching(socket, this.story, this.feed);
    const failed = (error: unknown) => {
      this.log.error({ error }, 'monitor socket broke');
      socket.terminate();
    };
    socket.on('message', (data) => void watching.take(data).catch(failed));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => void watching.end().catch(failed));
  }
}

/** One watcher, and what they follow. */
class Watching {
  readonly #calls = new Map<string, AbortController>();
  #all: Promise<() => Promise<void>> | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly story: CallStory,
    private readonly feed: Feed,
  ) {}

  async take(data: RawData): Promise<void> {
    const wish = readWish(data);
    if (!wish) return this.#say({ type: 'problem', code: 'request.invalid' });
    switch (wish.type) {
      case 'follow-all':
        this.#all ??= this.feed.subscribe('all', (item) => this.#tell(item));
        await this.#all;
        return this.#say({ type: 'following-all' });
      case 'unfollow':
        return this.#calls.get(wish.callId)?.abort();
      case 'follow':
        return this.#follow(wish);
    }
  }

  async end(): Promise<void> {
    for (const stop of this.#calls.values()) stop.abort();
    const unsubscribe = await this.#all;
    await unsubscribe?.().catch(() => undefined); // Redis is gone, and the subscription with it
  }

  async #follow({ callId, after }: Wish & { type: 'follow' }): Promise<void> {
    if (this.#calls.has(callId)) return;
    if (this.#calls.size >= MOST_CALLS) return this.#say({ type: 'problem', callId, code: 'request.refused' });
    const stop = new AbortController();
    this.#calls.set(callId, stop);
    try {
      if (!(await this.story.read(callId))) return this.#say({ type: 'problem', callId, code: 'call.not-found' });
      await this.story.follow(callId, after, (item) => this.#tell(item), stop.signal);
      if (!stop.signal.aborted) this.#say({ type: 'over', callId });
    } finally {
      this.#calls.delete(callId);
    }
  }

  #tell(item: FeedItem): void {
    this.#say({ type: 'event', ...item });
  }

  #say(message: object): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) return this.socket.close(TOO_SLOW, 'read faster');
    this.socket.send(JSON.stringify(message));
  }
}

function readWish(data: RawData): Wish | undefined {
  try {
    return WISH.safeParse(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '')).data;
  } catch {
    return undefined;
  }
}
