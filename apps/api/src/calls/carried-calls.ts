import type { Logger } from '@app/boot';
import type { Clock, NodeId } from '@app/kernel';
import type { Commands, Nodes } from '@app/live-state';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { CallBooks } from './call-books.js';
import type { CallRunner } from './call-runner.js';
import type { PhraseWarmer } from './phrase-warmer.js';

/** How often a planned stop looks whether calls are left. */
const LOOK_MS = 100;
/** How long calls that are hung up at a stop may take to be written down. */
const LAST_WORDS_MS = 5_000;

export interface CarriedCallsParts {
  clock: Clock;
  log: Logger;
  nodeId: NodeId;
  runner: CallRunner;
  books: CallBooks;
  commands: Commands;
  nodes: Nodes;
  warmer: PhraseWarmer;
  /** Calls that this process could carry. */
  capacity: number;
  /** How long a planned stop waits for calls to end by themselves. Milliseconds. */
  drainMs: number;
}

/** This process as a carrier of calls: known to the others, obeying commands, and not gone before its calls are. */
export class CarriedCalls implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #stop = new AbortController();
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(private readonly parts: CarriedCallsParts) {}

  async onApplicationBootstrap(): Promise<void> {
    const { clock, log, nodeId, runner, books, commands, nodes, warmer, capacity } = this.parts;
    const startedAt = clock.date().toISOString();
    books.open();
    const node = await nodes.register(() => ({ id: nodeId, startedAt, calls: runner.size, capacity }));
    const serving = await commands.serve(nodeId, runner.take);
    this.#closers.push(
      () => serving.stop(),
      () => node.leave(),
    );
    warmer.warm(this.#stop.signal).catch((error: unknown) => log.error({ error }, 'phrases could not be rendered'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { runner, drainMs } = this.parts;
    this.#stop.abort();
    await this.#untilNone(drainMs);
    runner.endAll();
    await this.#untilNone(LAST_WORDS_MS);
    this.parts.books.close();
    for (const close of this.#closers) await close();
  }

  async #untilNone(mostMs: number): Promise<void> {
    const { clock, runner } = this.parts;
    const untilMs = clock.nowMs() + mostMs;
    while (runner.size > 0 && clock.nowMs() < untilMs) await clock.sleep(LOOK_MS);
  }
}
