import { get, type IncomingMessage } from 'node:http';
import type { Clock } from '@app/kernel';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Centre } from '../call/centre.js';
import { ProbeFailed } from './centre-probe.js';

/** Calls that are heard as server-sent events too. */
const MOST_STREAMS = 10;
/** What was told before comes at once when a stream opens, and is of no interest. */
const HISTORY_MS = 300;
/** Of a call with fewer, its quickest event says too little. */
const FEWEST_EVENTS = 5;

/** From an event to whoever listens, in ms: each against the quickest of the same call and listener. */
export interface FeedDelays {
  socketMs: number[];
  streamMs: number[];
}

const heard = z.object({ type: z.literal('event'), callId: z.string(), seq: z.number(), atMs: z.number() });
const streamed = z.object({ callId: z.string(), seq: z.number(), atMs: z.number() });

/**
 * Hears what happens in calls, by the monitor socket (all) and as server-sent events (some). An event tells when it was on its call's own clock,
 * which began at a moment that nobody tells: so the quickest event of a call counts as one that took no time.
 */
export class ApiFeed {
  readonly #sockets = new Map<string, number[]>();
  readonly #streams = new Map<string, number[]>();
  readonly #opened: { close(): void }[] = [];

  constructor(
    private readonly centre: Centre,
    private readonly clock: Clock,
  ) {}

  /** @throws ProbeFailed */
  async open(live: readonly string[]): Promise<void> {
    await Promise.all([this.#hearAll(), ...live.slice(0, MOST_STREAMS).map((callId) => this.#hear(callId))]);
  }

  close(): FeedDelays {
    for (const each of this.#opened) each.close();
    return { socketMs: beyondQuickest(this.#sockets), streamMs: beyondQuickest(this.#streams) };
  }

  get #headers() {
    return { authorization: `Bearer ${this.centre.apiKey}` };
  }

  #hearAll(): Promise<void> {
    const url = `${this.centre.apiUrl.replace(/^http/, 'ws')}/api/v1/monitor`;
    const socket = new WebSocket(url, { headers: this.#headers, perMessageDeflate: false });
    this.#opened.push({ close: () => socket.terminate() });
    return new Promise((resolve, reject) => {
      socket.on('error', (cause) => reject(new ProbeFailed('the monitor socket did not open', { cause })));
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'follow-all' }));
        resolve();
      });
      socket.on('message', (data: Buffer) => this.#take(this.#sockets, heard.safeParse(parse(data.toString())).data));
    });
  }

  #hear(callId: string): Promise<void> {
    const url = `${this.centre.apiUrl}/api/v1/calls/${callId}/events/stream`;
    return new Promise((resolve, reject) => {
      const asked = get(url, { headers: this.#headers }, (response: IncomingMessage) => {
        this.#opened.push({ close: () => response.destroy() });
        const sinceMs = this.clock.nowMs() + HISTORY_MS;
        let rest = '';
        response.setEncoding('utf8').on('error', () => undefined); // ended by `close`
        response.on('data', (text: string) => {
          const blocks = (rest + text).split('\n\n');
          rest = blocks.pop() ?? '';
          if (this.clock.nowMs() < sinceMs) return;
          for (const block of blocks) this.#take(this.#streams, itemIn(block));
        });
        resolve();
      });
      asked.on('error', (cause) => reject(new ProbeFailed('a stream of events did not open', { cause })));
    });
  }

  /** What is told after a call's end has no place on its clock. */
  #take(delays: Map<string, number[]>, item: z.output<typeof streamed> | undefined): void {
    if (!item || item.seq === 0) return;
    const known = delays.get(item.callId) ?? [];
    delays.set(item.callId, known);
    known.push(this.clock.nowMs() - item.atMs);
  }
}

/** How much later than the quickest of its call each event was heard. */
export function beyondQuickest(delays: ReadonlyMap<string, readonly number[]>): number[] {
  return [...delays.values()]
    .filter((each) => each.length >= FEWEST_EVENTS)
    .flatMap((each) => {
      const quickest = Math.min(...each);
      return each.map((delay) => delay - quickest);
    });
}

function itemIn(block: string): z.output<typeof streamed> | undefined {
  const data = /^data: ?(.*)$/m.exec(block)?.[1];
  return data === undefined ? undefined : streamed.safeParse(parse(data)).data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
