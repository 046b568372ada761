import { StoreError } from '@app/conversation/ports';
import {
  type ActiveRule,
  NumberStore,
  type RouteCandidate,
  type RoutedNumber,
  RoutingRuleStore,
} from '@app/persistence';
import { ProviderChains } from '@app/providers';
import { Inject, Injectable, type OnApplicationBootstrap, Optional } from '@nestjs/common';
import { type Clock, InjectClock, InjectLogger, type Logger } from '../../process-parts.js';

/** How long what was read is taken for true; after that it is read anew while the old is still answered with. */
const FRESH_MS = 5_000;

/** All our numbers, who may take their calls, and the rules, in memory: only a number that is not in it waits for Postgres. */
@Injectable()
export class RouteBook implements OnApplicationBootstrap {
  #routes: ReadonlyMap<string, RoutedNumber> | undefined;
  #rules: readonly ActiveRule[] = [];
  #readMs = 0;
  #reading: Promise<void> | undefined;

  constructor(
    @Inject(NumberStore) private readonly numbers: Pick<NumberStore, 'routes'>,
    @Inject(RoutingRuleStore) private readonly ruled: Pick<RoutingRuleStore, 'active'>,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly log: Logger,
    /** Absent: every agent's providers are taken for well. */
    @Optional() @Inject(ProviderChains) private readonly chains?: Pick<ProviderChains, 'canCarry'>,
  ) {}

  /** Begins to read, and lets nobody wait for it. */
  onApplicationBootstrap(): void {
    void this.#refresh();
  }

  /** Undefined for a number that is not ours. @throws StoreError while nothing was ever read */
  async find(carrier: string, e164: string): Promise<RoutedNumber | undefined> {
    const key = `${carrier} ${e164}`;
    const isFresh = this.#routes && this.clock.nowMs() - this.#readMs < FRESH_MS;
    const read = isFresh ? undefined : this.#refresh();
    if (!this.#routes?.has(key)) await read;
    if (!this.#routes) throw new StoreError('postgres', 'unavailable', { detail: 'numbers' });
    return this.#routes.get(key);
  }

  /** False when no provider of some stage could: a call of this agent would be lost. */
  canCarry({ providers }: RouteCandidate): boolean {
    return !providers || (this.chains?.canCarry(providers) ?? true);
  }

  /** As of the last `find`, in the order in which they are asked. */
  rules(): readonly ActiveRule[] {
    return this.#rules;
  }

  #refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const [routes, rules] = await Promise.all([this.numbers.routes(), this.ruled.active()]);
      this.#rules = rules;
      this.#routes = new Map(routes.map((number) => [`${number.carrier} ${number.e164}`, number]));
      this.#readMs = this.clock.nowMs();
    } catch (error) {
      this.log.warn({ error }, 'numbers could not be read anew');
    }
  }
}
