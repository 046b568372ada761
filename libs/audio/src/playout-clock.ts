import type { Cancel, Clock } from '@app/kernel';
import { type Deadline, DeadlineHeap } from './deadline-heap.js';
import { LatenessHistogram } from './lateness-histogram.js';

/** Something that plays to absolute deadlines, such as one reply. */
export interface PlayoutTrack {
  /**
   * Plays what is due at `nowMs`, which after a stall is later than what was asked for: it is called once then, however
   * much is due. Returns when it wants to be called next (on the same scale; what has passed counts as at once), or
   * undefined when it is finished. Never throws.
   */
  tick(nowMs: number): number | undefined;
  /** It threw all the same, or asked for a moment that is none: a bug, for which it is off the clock. Does not throw. */
  failed?(error: unknown): void;
}

/** Neither may throw. */
export interface PlayoutClockOptions {
  /** A track threw, or asked for a moment that is none: a bug. It is off the clock and has been told; the others play on. */
  onFailure: (error: unknown, track: PlayoutTrack) => void;
  /** How late each tick came, in ms. Called on the hot path. */
  onLateness?: (lateMs: number) => void;
}

interface Entry extends Deadline {
  readonly track: PlayoutTrack;
}

/**
 * One clock for all that is played out: a single timer, armed for the earliest deadline of all tracks. Deadlines are
 * absolute, so that nothing drifts. A tick is never early; it costs O(log n), and no promise.
 */
export class PlayoutClock {
  /** Of every tick, against the deadline that its track had asked for. */
  readonly lateness = new LatenessHistogram();
  readonly #entries = new Map<PlayoutTrack, Entry>();
  readonly #heap = new DeadlineHeap<Entry>();
  readonly #due: Entry[] = [];
  #timer: { dueMs: number; cancel: Cancel } | undefined;
  #state: 'waiting' | 'ticking' | 'closed' = 'waiting';

  constructor(
    private readonly clock: Clock,
    private readonly options: PlayoutClockOptions,
  ) {}

  /** Tracks that are on the clock. */
  get size(): number {
    return this.#entries.size;
  }

  /** Puts a track on the clock, or gives one that is on it a new deadline. After `close`: nothing. @throws RangeError */
  add(track: PlayoutTrack, firstDueMs: number): void {
    if (this.#state === 'closed') return;
    checkMoment(firstDueMs);
    this.remove(track);
    const entry: Entry = { track, dueMs: firstDueMs, at: -1 };
    this.#entries.set(track, entry);
    this.#heap.push(entry);
    this.#arm();
  }

  /** Takes a track off the clock; it is not called again, not even within the tick that is under way. */
  remove(track: PlayoutTrack): void {
    const entry = this.#entries.get(track);
    if (!entry) return;
    this.#entries.delete(track);
    this.#heap.remove(entry);
    if (this.#heap.size === 0) this.#disarm();
  }

  /**
   * Plays what is due, if anything is. For whoever is called often: a timer waits until the event loop has read every
   * socket that has something, which takes tens of milliseconds where there are hundreds of them. Costs a look at the clock.
   */
  catchUp(): void {
    const first = this.#heap.first;
    if (!first || this.#state !== 'waiting' || first.dueMs > this.clock.nowMs()) return;
    this.#disarm();
    this.#wake();
  }

  /** Takes all tracks off, for good. */
  close(): void {
    this.#state = 'closed';
    this.#disarm();
    this.#entries.clear();
    this.#heap.clear();
  }

  #arm(): void {
    const first = this.#heap.first;
    if (!first || this.#state !== 'waiting' || (this.#timer && this.#timer.dueMs <= first.dueMs)) return;
    this.#disarm();
    const delayMs = Math.ceil(first.dueMs - this.clock.nowMs()); // timers count whole milliseconds, and cut the rest off
    this.#timer = { dueMs: first.dueMs, cancel: this.clock.after(Math.max(0, delayMs), this.#wake) };
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    this.#state = 'ticking';
    const nowMs = this.clock.nowMs();
    for (let entry = this.#heap.first; entry && entry.dueMs <= nowMs; entry = this.#heap.first) {
      this.#heap.remove(entry);
      this.#due.push(entry);
    }
    for (const entry of this.#due) this.#tick(entry, nowMs);
    this.#due.length = 0;
    if (this.#isClosed()) return;
    this.#state = 'waiting';
    this.#arm();
  };

  #tick(entry: Entry, nowMs: number): void {
    const { track } = entry;
    if (this.#entries.get(track) !== entry) return; // taken off by a track before it
    this.lateness.record(nowMs - entry.dueMs);
    this.options.onLateness?.(nowMs - entry.dueMs);
    const nextMs = this.#play(track, nowMs);
    if (this.#entries.get(track) !== entry) return; // taken off, or given a new deadline, by itself
    if (nextMs === undefined) {
      this.#entries.delete(track);
      return;
    }
    entry.dueMs = nextMs;
    this.#heap.push(entry);
  }

  #play(track: PlayoutTrack, nowMs: number): number | undefined {
    try {
      const nextMs = track.tick(nowMs);
      if (nextMs !== undefined) checkMoment(nextMs);
      return nextMs;
    } catch (error) {
      this.remove(track);
      track.failed?.(error);
      this.options.onFailure(error, track);
      return undefined;
    }
  }

  #isClosed = (): boolean => this.#state === 'closed';
}

/** A deadline that compares with nothing would hold up every one behind it. */
function checkMoment(dueMs: number): void {
  if (!Number.isFinite(dueMs)) throw new RangeError(`a deadline at ${dueMs} ms`);
}
