import { randomUUID } from 'node:crypto';
import type { Cancel, NodeId } from '@app/kernel';
import { jsonIn, type LiveCalls, messageOf, type Wire } from '@app/live-state';
import { z } from 'zod';
import type { CallRunner } from '../calls/call-runner.js';
import type { Clock } from '../process-parts.js';
import type { Overhearing } from './overheard-line.js';

/** What is told first: how the sound that follows is to be read. */
export interface SoundHeader {
  type: 'sound';
  callId: string;
  rateHz: number;
  channels: 2;
  encoding: 'pcm16le';
  left: 'caller';
  right: 'agent';
}

/** Somebody who listens; `over` is told once, as the last thing. */
export interface Listening extends Overhearing {
  header(header: SoundHeader): void;
}

export type NoListening = 'call.not-found' | 'call.ended' | 'request.too-many';

export interface ListenInParts {
  nodeId: NodeId;
  runner: Pick<CallRunner, 'overhear'>;
  live: Pick<LiveCalls, 'get'>;
  wire: Pick<Wire, 'send' | 'hear'>;
  clock: Clock;
}

const WISH = z.strictObject({ callId: z.string(), ear: z.uuid() });

/** A wish is repeated so often, and forgotten when it was not: whoever listened, or their node, is gone. */
const WISH_AGAIN_MS = 4_000;
const FORGET_MS = 12_000;
const SOUND = 0;
const HEADER = 1;
const OVER = 2;

/** Lets supervisors listen to calls: to those of this node directly, to others by way of Redis, for as long as they do. */
export class ListenIn {
  /** Of other nodes, by the name of their ear. */
  readonly #told = new Map<string, { stop: () => void; forget: Cancel }>();

  constructor(private readonly parts: ListenInParts) {}

  /** Serves those who ask from other nodes. @returns ends it @throws StoreError */
  async serve(): Promise<() => void> {
    const { nodeId, wire } = this.parts;
    const stop = await wire.hear(`listen:${nodeId}`, (message) => {
      const wish = WISH.safeParse(jsonIn(message)).data;
      if (wish) this.#tell(wish);
    });
    return () => {
      stop();
      for (const ear of [...this.#told.keys()]) this.#forget(ear);
    };
  }

  /** @returns ends it; or why there is nothing to be heard @throws StoreError */
  async to(callId: string, listening: Listening): Promise<(() => void) | NoListening> {
    const { runner, live, nodeId } = this.parts;
    const here = runner.overhear(callId, listening);
    if (here === 'too-many') return 'request.too-many';
    if (here) {
      listening.header(headerOf(callId, here.rateHz));
      return here.stop;
    }
    const call = await live.get(callId);
    if (!call) return 'call.not-found';
    return call.state !== 'live' || call.nodeId === nodeId ? 'call.ended' : this.#far(callId, call.nodeId, listening);
  }

  async #far(callId: string, owner: string, listening: Listening): Promise<() => void> {
    const { wire, clock } = this.parts;
    const ear = randomUUID();
    let again: Cancel = () => undefined;
    const deafen = await wire.hear(`ear:${ear}`, (message) => {
      const rest = message.subarray(1);
      if (message[0] === SOUND) return listening.sound(rest);
      if (message[0] === HEADER) return listening.header(jsonIn(rest) as SoundHeader);
      stop();
      listening.over();
    });
    const ask = () => {
      wire.send(`listen:${owner}`, JSON.stringify({ callId, ear }));
      again = clock.after(WISH_AGAIN_MS, ask);
    };
    const stop = () => {
      again();
      deafen();
    };
    ask();
    return stop;
  }

  #tell({ callId, ear }: z.output<typeof WISH>): void {
    const { runner, wire, clock } = this.parts;
    const known = this.#told.get(ear);
    if (known) {
      known.forget();
      known.forget = clock.after(FORGET_MS, () => this.#forget(ear));
      return;
    }
    const say = (kind: number, bytes?: Uint8Array) => wire.send(`ear:${ear}`, messageOf(kind, bytes));
    const over = () => {
      this.#forget(ear);
      say(OVER);
    };
    const here = runner.overhear(callId, { sound: (pairs) => say(SOUND, pairs), over });
    if (!here || here === 'too-many') return over();
    say(HEADER, Buffer.from(JSON.stringify(headerOf(callId, here.rateHz))));
    this.#told.set(ear, { stop: here.stop, forget: clock.after(FORGET_MS, () => this.#forget(ear)) });
  }

  #forget(ear: string): void {
    const known = this.#told.get(ear);
    this.#told.delete(ear);
    known?.forget();
    known?.stop();
  }
}

const headerOf = (callId: string, rateHz: number): SoundHeader => ({
  ...{ type: 'sound', callId, rateHz, channels: 2, encoding: 'pcm16le' },
  ...{ left: 'caller', right: 'agent' },
});
