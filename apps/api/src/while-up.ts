import type { FactoryProvider, OnApplicationBootstrap, OnApplicationShutdown, Type } from '@nestjs/common';

/** What hears of other nodes once it serves, and until it is stopped. */
export interface Serves {
  /** @returns what stops it */
  serve(): Promise<() => void>;
}

/** Has a part of the module serve for as long as the process is up. */
export const whileUp = (part: Type<Serves>): FactoryProvider => ({
  provide: Symbol(`${part.name} while up`),
  inject: [part],
  useFactory: (found: Serves) => new WhileUp(found),
});

class WhileUp implements OnApplicationBootstrap, OnApplicationShutdown {
  #stop: () => void = () => undefined;
  constructor(private readonly part: Serves) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#stop = await this.part.serve();
  }

  onApplicationShutdown = (): void => this.#stop();
}
