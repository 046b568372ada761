import type { Logger } from '@app/boot';
import { type CallSettings, StoreError } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { AgentStore } from '@app/persistence';

/** How long an agent's settings are taken for true without asking again. */
const FRESH_MS = 5_000;
/** Until then a call that has waited this long for newer ones begins with what is known; they come for the next call. */
const USABLE_MS = 600_000;
const PATIENCE_MS = 30;
/** Settings that nobody knows, or that are older, are worth so long a silence at the beginning of a call. */
const LOAD_MS = 2_000;

export interface KnownSettingsParts {
  clock: Clock;
  log: Logger;
  agents: Pick<AgentStore, 'settingsOf' | 'get'>;
  /** Lines of an agent that has no number of its own. */
  linesPerAgent: number;
}

interface Known {
  settings: CallSettings;
  lines: number;
  readMs: number;
}

/** What calls begin with, by heart: no call waits long for a Postgres that is slow, and none fails for one that is gone. */
export class KnownSettings {
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Promise<Known>>();

  constructor(private readonly parts: KnownSettingsParts) {}

  linesOf(agentId: string): number {
    return this.#known.get(agentId)?.lines ?? this.parts.linesPerAgent;
  }

  /** @throws StoreError */
  async of(agentId: string): Promise<CallSettings> {
    const known = this.#known.get(agentId);
    const ageMs = known ? this.parts.clock.nowMs() - known.readMs : Infinity;
    if (known && ageMs < FRESH_MS) return known.settings;
    try {
      const read = await this.#within(ageMs < USABLE_MS ? PATIENCE_MS : LOAD_MS, this.#read(agentId));
      return read.settings;
    } catch (error) {
      if (!known || !(error instanceof StoreError && error.retryable)) throw error;
      this.parts.log.warn({ error, agentId }, 'settings could not be read anew');
      return known.settings;
    }
  }

  /** One reading of an agent at a time, whoever waits for it. */
  #read(agentId: string): Promise<Known> {
    const begun = this.#reading.get(agentId);
    if (begun) return begun;
    const reading = this.#within(LOAD_MS, this.#ask(agentId)).finally(() => this.#reading.delete(agentId));
    this.#reading.set(agentId, reading);
    reading.catch((error: unknown) => {
      if (!(error instanceof StoreError && error.retryable)) this.#known.delete(agentId); // it is not there any more
    });
    return reading;
  }

  async #ask(agentId: string): Promise<Known> {
    const { agents, clock, linesPerAgent } = this.parts;
    const readMs = clock.nowMs();
    const [settings, agent] = await Promise.all([agents.settingsOf(agentId), agents.get(agentId)]);
    const known = { settings, lines: agent?.lines ?? linesPerAgent, readMs };
    this.#known.set(agentId, known);
    return known;
  }

  /** @throws StoreError `unavailable` after `limitMs` */
  #within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new StoreError('postgres', 'unavailable', { detail: `no answer in ${limitMs} ms` }));
      const cancel = this.parts.clock.after(limitMs, late);
      work.finally(cancel).then(resolve, reject);
    });
  }
}
