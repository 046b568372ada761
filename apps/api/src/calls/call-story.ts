import type { CallEvent } from '@app/conversation/ports';
import { Feed, type FeedItem } from '@app/live-state';
import { CallStore } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { type Clock, InjectClock } from '../process-parts.js';
import { LiveLogs } from './live-logs.js';

/** What was told of a call so far. Numbers count from 1, and are the same on the feed, in the log and in the record. */
export interface Story {
  items: readonly FeedItem[];
  /** Nothing more is told. */
  isOver: boolean;
}

/** The log is written in batches of at most 100 ms: so long it may be behind the feed. */
const LOG_LAG_MS = 120;
/** How often it is looked whether a call of which nothing is told is there at all. */
const LOOK_EVERY_MS = 10_000;

/** What happens in calls, in order and without gaps: from the log or the record, and on as it is told. */
@Injectable()
export class CallStory {
  constructor(
    private readonly calls: CallStore,
    private readonly logs: LiveLogs,
    private readonly feed: Feed,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Undefined when nothing is known of the call. @throws StoreError, BrokenLog */
  async read(callId: string): Promise<Story | undefined> {
    const logged = this.#logged(callId);
    logged.catch(() => undefined); // thrown below, where it is needed
    const row = await this.calls.glance(callId);
    const stored = row?.finishedAt ? await this.#stored(callId) : undefined;
    return stored ?? (await logged) ?? this.#row(callId);
  }

  /**
   * Tells all that comes after a number, each once, until the call is over or the signal aborts; then it resolves. `tell`
   * must not throw.
   *
   * @throws StoreError
   */
  async follow(callId: string, after: number, tell: (item: FeedItem) => void, signal: AbortSignal): Promise<void> {
    const follower = new Follower(after, tell);
    const end = await this.feed.subscribe(callId, (item) => follower.take(item));
    try {
      while (!signal.aborted) {
        const story = await this.read(callId);
        for (const item of story?.items ?? []) follower.give(item);
        if (follower.isOver || !story || story.isOver) return;
        await this.clock.sleep(follower.isBehind ? LOG_LAG_MS : LOOK_EVERY_MS, follower.wakesOn(signal)).catch(() => undefined); // prettier-ignore
      }
    } finally {
      await end().catch(() => undefined); // Redis is gone, and the subscription with it
    }
  }

  async #stored(callId: string): Promise<Story | undefined> {
    const call = await this.calls.get(callId);
    if (!call?.finishedAt) return undefined;
    const items = call.events.map(({ seq, atMs, type, data }) => ({
      ...{ callId, seq: seq + 1, atMs },
      event: { type, ...data } as unknown as CallEvent,
    }));
    return { items, isOver: true };
  }

  async #logged(callId: string): Promise<Story | undefined> {
    const entries = await this.logs.read(callId);
    if (entries.length === 0) return undefined;
    const told = entries.flatMap(({ atMs, effects }) =>
      effects.flatMap((effect) => (effect.type === 'tell' ? [{ atMs, event: effect.event }] : [])),
    );
    const items = told.map((each, index) => ({ callId, seq: index + 1, ...each }));
    return { items, isOver: items.at(-1)?.event.type === 'call.ended' };
  }

  /** One that rings, was missed, or was stored since it was looked for. */
  async #row(callId: string): Promise<Story | undefined> {
    const call = await this.calls.get(callId);
    if (call?.finishedAt) return this.#stored(callId);
    return call && { items: [], isOver: call.state === 'missed' || call.state === 'ended' };
  }
}

/** What one listener has been told, and what was told elsewhere meanwhile. */
class Follower {
  isOver = false;
  #newest: number;
  #wake: AbortController | undefined;

  constructor(
    private last: number,
    private readonly tell: (item: FeedItem) => void,
  ) {
    this.#newest = last;
  }

  /** Something was told of which the listener knows nothing. */
  get isBehind(): boolean {
    return this.#newest > this.last;
  }

  /** From the feed: in order it goes on at once, else it is looked up. */
  take(item: FeedItem): void {
    this.#newest = Math.max(this.#newest, item.seq);
    this.give(item);
    if (this.isBehind || this.isOver) this.#wake?.abort();
  }

  /** Told if it is the next one. */
  give(item: FeedItem): void {
    if (item.seq !== this.last + 1 || this.isOver) return;
    this.last = item.seq;
    this.tell(item);
    this.isOver = item.event.type === 'call.ended';
  }

  wakesOn(signal: AbortSignal): AbortSignal {
    this.#wake = new AbortController();
    if (this.isOver) this.#wake.abort();
    return AbortSignal.any([signal, this.#wake.signal]);
  }
}
