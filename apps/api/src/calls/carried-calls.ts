import type { Logger } from '@app/boot';
import type { Clock, NodeId } from '@app/kernel';
import type { Commands, Nodes } from '@app/live-state';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { type ArrivedCall, CallCarrier } from './arrived-call.js';
import type { SecondLegs } from '../second-legs/second-legs.js';
import type { CallBooks } from './call-books.js';
import type { CallRunner } from './call-runner.js';
import type { PhraseWarmer } from './phrase-warmer.js';

/** How long calls that are hung up at a stop may take to be written down. */
const LAST_WORDS_MS = 5_000;

export interface CarriedCallsParts {
  clock: Clock;
  log: Logger;
  nodeId: NodeId;
  runner: Pick<CallRunner, 'carry' | 'size' | 'take' | 'leave' | 'endAll'>;
  books: Pick<CallBooks, 'open' | 'close'>;
  commands: Pick<Commands, 'serve'>;
  nodes: Pick<Nodes, 'register'>;
  warmer: Pick<PhraseWarmer, 'warm'>;
  /** Its lines that calls of other nodes have. */
  legs: Pick<SecondLegs, 'lent'>;
  /** Calls that this process could carry. */
  capacity: number;
  /** How long a planned stop waits for calls to end by themselves. Milliseconds. */
  drainMs: number;
}

/** This process as a carrier of calls: known to the others, obeying commands, and not gone before its calls are. */
export class CarriedCalls extends CallCarrier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #stop = new AbortController();
  readonly #closers: (() => Promise<void>)[] = [];
  /** From a line's arrival until all about the call is written down. */
  readonly #carried = new Set<Promise<void>>();

  constructor(private readonly parts: CarriedCallsParts) {
    super();
  }

  carry(call: ArrivedCall): Promise<void> {
    const carried = this.parts.runner.carry(call).finally(() => this.#carried.delete(carried));
    this.#carried.add(carried);
    return carried;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { clock, log, nodeId, runner, books, commands, nodes, warmer, capacity } = this.parts;
    const startedAt = clock.date().toISOString();
    books.open((callId) => runner.leave(callId));
    const node = await nodes.register(() => ({ id: nodeId, startedAt, calls: runner.size, capacity }));
    const serving = commands.serve(nodeId, runner.take);
    this.#closers.push(
      () => serving.stop(),
      () => node.leave(),
    );
    warmer.warm(this.#stop.signal).catch((error: unknown) => log.error({ error }, 'phrases could not be rendered'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { runner, drainMs, books } = this.parts;
    this.#stop.abort();
    await this.#untilNone(drainMs);
    runner.endAll();
    await this.#untilNone(LAST_WORDS_MS);
    books.close();
    for (const close of this.#closers) await close();
  }

  async #untilNone(mostMs: number): Promise<void> {
    const { clock, log } = this.parts;
    const over = new AbortController();
    const late = clock.sleep(mostMs, over.signal).catch(() => undefined);
    const none = Promise.allSettled([...this.#carried, ...this.parts.legs.lent]);
    await Promise.race([none, late]).finally(() => over.abort());
    if (this.#carried.size > 0) log.warn({ calls: this.#carried.size, waitedMs: mostMs }, 'calls are left');
  }
}
