import type { Logger } from '@app/boot';
import type { PhraseCache } from '@app/conversation';
import type { SampleRateHz } from '@app/audio';
import type { CallSettings } from '@app/conversation/ports';
import { type Clock, OperationalError } from '@app/kernel';
import type { Agent, AgentStore } from '@app/persistence';
import type { ProviderCatalog } from '@app/providers';

/** Pause between two looks at what is live, and before what could not be rendered is tried again. Milliseconds. */
const LOOK_AGAIN_MS = 15_000;

export interface PhraseWarmerParts {
  clock: Clock;
  log: Logger;
  agents: Pick<AgentStore, 'list' | 'settingsOf'>;
  catalog: Pick<ProviderCatalog, 'voice'>;
  phrases: PhraseCache;
  rateHz: SampleRateHz;
}

/** Has every agent's greeting and phrases rendered, so that a call begins with sound, and can end with it. */
export class PhraseWarmer {
  /** The versions whose phrases are there, or cannot be. */
  readonly #done = new Set<string>();
  /** Codes of what went wrong last, by agent. */
  readonly #faults = new Map<string, string>();
  #sooner = new AbortController();
  #ending: AbortSignal | undefined;

  constructor(private readonly parts: PhraseWarmerParts) {}

  /**
   * Follows what is live until `signal` aborts: an agent that is new, or has another version, has its phrases soon, on
   * every node. What fails is tried again: a call meanwhile has them made live.
   */
  async warm(signal: AbortSignal): Promise<void> {
    this.#ending = signal;
    while (!signal.aborted) {
      await this.#look(signal);
      await this.parts.clock
        .sleep(LOOK_AGAIN_MS, AbortSignal.any([signal, this.#sooner.signal]))
        .catch(() => undefined);
    }
  }

  /** Something has gone live just now: what this node has not rendered yet, it renders at once. */
  hurry(): void {
    this.#sooner.abort();
  }

  /**
   * A call has come to it: what it may have to say at once is rendered now, and not after the phrases of others. Its
   * greeting is being made live.
   */
  soon(settings: CallSettings): void {
    const { id, version, name } = settings.agent;
    const signal = this.#ending;
    if (!signal || signal.aborted || this.#done.has(`${id} ${version}`)) return;
    this.#tried({ agent: name, agentId: id }, signal, () => this.#render({ ...settings, greeting: '' }, signal)).catch(
      (error: unknown) => this.parts.log.error({ error }, 'phrases could not be rendered'),
    );
  }

  /** Why an agent's greeting and phrases are not rendered on this node: then each call has them made. */
  faultOf(agentId: string): string | undefined {
    return this.#faults.get(agentId);
  }

  async #look(signal: AbortSignal): Promise<void> {
    this.#sooner = new AbortController();
    let agents: readonly Agent[] = [];
    await this.#tried({}, signal, async () => void (agents = await this.parts.agents.list()));
    for (const { id, slug, liveVersion } of agents) {
      const version = `${id} ${liveVersion}`;
      if (signal.aborted || this.#done.has(version)) continue;
      if (await this.#tried({ agent: slug, agentId: id }, signal, () => this.#one(id, signal))) this.#done.add(version);
    }
  }

  /** False when it is worth another try. */
  async #tried(
    about: { agent?: string; agentId?: string },
    signal: AbortSignal,
    act: () => Promise<void>,
  ): Promise<boolean> {
    try {
      await act();
      if (about.agentId !== undefined) this.#faults.delete(about.agentId);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof OperationalError)) throw error;
      if (about.agentId !== undefined) this.#faults.set(about.agentId, error.code);
      this.parts.log.warn({ error, ...about }, 'phrases could not be rendered');
      return !error.retryable;
    }
  }

  async #one(agentId: string, signal: AbortSignal): Promise<void> {
    await this.#render(await this.parts.agents.settingsOf(agentId), signal);
  }

  async #render(settings: CallSettings, signal: AbortSignal): Promise<void> {
    const { catalog, phrases, rateHz } = this.parts;
    await phrases.warm(settings, catalog.voice(settings.providers.voice), rateHz, signal);
  }
}
