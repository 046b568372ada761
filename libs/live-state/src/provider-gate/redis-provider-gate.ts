import { randomUUID } from 'node:crypto';
import {
  type GatedProvider,
  type ProviderGate,
  type ProviderHealth,
  type ProviderPass,
  type ProviderUse,
  StoreError,
} from '@app/conversation/ports';
import type { Cancel, Clock } from '@app/kernel';
import type { LiveRedis } from '../redis.js';
import { type BreakerSettings, USUAL_BREAKER } from './breaker.js';
import {
  type GateRecord,
  keyOf,
  LocalProviderGate,
  type ProviderGateSettings,
  type ProviderNews,
} from './local-provider-gate.js';
import { claim, look, type SharedAnswer, sharedOf, tell } from './shared-health.js';

/** How often this process looks what the others know. */
const LOOK_EVERY_MS = 500;
/** Of providers that nobody here asked for so long, nothing needs to be known. */
const IN_USE_MS = 60_000;
/** A process that is not heard of for so long uses nothing. */
const USE_LEASE_MS = 5_000;

/**
 * One gate for all processes that share a Redis. Each decides from its own memory, tells the others what it saw without
 * waiting, and looks twice a second what they saw; only the right to probe is asked for, beside a turn that goes on. While
 * Redis is gone each process goes by what it sees itself.
 */
export class RedisProviderGate implements ProviderGate {
  readonly #process = randomUUID();
  readonly #local: LocalProviderGate;
  readonly #breaker: BreakerSettings;
  /** Orders what Redis answers: an older answer does not take the place of a newer one. */
  #asked = 0;
  readonly #adopted = new Map<string, number>();
  readonly #told = new Set<Promise<void>>();
  #nextLook: Cancel = () => undefined;
  #isLooking = false;
  #isClosed = false;

  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
    settings: ProviderGateSettings = {},
  ) {
    this.#breaker = { ...USUAL_BREAKER, ...settings };
    this.#local = new LocalProviderGate(clock, settings, (record, news) => this.#tell(record, news));
  }

  enter(provider: GatedProvider, use: ProviderUse): ProviderPass | undefined {
    this.#keepLooking();
    return this.#local.enter(provider, use);
  }

  async probe(provider: GatedProvider): Promise<ProviderPass | undefined> {
    const record = this.#local.recordOf(provider);
    if (!record.breaker.mayBeProbed(this.clock.nowMs())) return undefined;
    try {
      const { probeEveryMs, probeLeaseMs } = this.#breaker;
      const args = [probeEveryMs, probeLeaseMs];
      const granted = await this.redis.ask((redis) => claim(redis, [this.#key(record)], args));
      return granted === 1 ? this.#local.passToProbe(record) : undefined;
    } catch (error) {
      passOver(error);
      return this.#local.probeNow(provider);
    }
  }

  health(provider: GatedProvider): ProviderHealth {
    return this.#local.health(provider);
  }

  /** Resolves when all that was told so far is stored, or could not be. */
  async settled(): Promise<void> {
    await Promise.all(this.#told);
  }

  close(): void {
    this.#isClosed = true;
    this.#nextLook();
  }

  #tell(record: GateRecord, news: ProviderNews): void {
    const { failuresToOpen } = this.#breaker;
    const tookMs = news.type === 'answered' ? news.tookMs : 0;
    const isProbe = news.type === 'probe-given-up' || news.probe;
    const args = [news.type, Math.round(tookMs), isProbe ? 1 : 0, failuresToOpen];
    const order = (this.#asked += 1);
    const telling = this.redis
      .ask((redis) => tell(redis, [this.#key(record)], args))
      .then((answer) => this.#adopt(record, answer as SharedAnswer, order))
      .catch(passOver)
      .finally(() => this.#told.delete(telling));
    this.#told.add(telling);
  }

  #keepLooking(): void {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    this.#nextLook = this.clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  /** Tells what this process uses, and learns what the others do and know; until nobody here asks any more. */
  async #look(): Promise<void> {
    const nowMs = this.clock.nowMs();
    const records = this.#local.usedSince(nowMs - IN_USE_MS);
    try {
      await Promise.all(records.map((record) => this.#lookAt(record, nowMs)));
    } catch (error) {
      passOver(error);
    }
    this.#isLooking = false;
    if (records.length > 0) this.#keepLooking();
  }

  async #lookAt(record: GateRecord, nowMs: number): Promise<void> {
    const { places } = record;
    const keys = [this.#key(record), this.redis.keys.providerUse(keyOf(record.provider))];
    const args = [this.#process, places.inUse, places.inMinuteAt(nowMs), USE_LEASE_MS];
    const order = (this.#asked += 1);
    const [inUse, inMinute, ...shared] = (await this.redis.ask((redis) => look(redis, keys, args))) as [
      ...[number, number],
      ...SharedAnswer,
    ];
    places.elsewhere = { inUse, inMinute };
    this.#adopt(record, shared, order);
  }

  /** An answer that says nothing of the provider is that of a Redis that has forgotten, or never knew. */
  #adopt(record: GateRecord, answer: SharedAnswer, order: number): void {
    const key = keyOf(record.provider);
    const shared = sharedOf(answer);
    if (!shared || (this.#adopted.get(key) ?? 0) > order) return;
    this.#adopted.set(key, order);
    record.breaker.adopt(shared, this.clock.nowMs());
  }

  #key = ({ provider }: GateRecord): string => this.redis.keys.provider(keyOf(provider));
}

function passOver(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
