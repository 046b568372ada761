import type { Logger } from '@app/boot';
import type { PhraseCache } from '@app/conversation';
import { ProviderError } from '@app/conversation/ports';
import type { SampleRateHz } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { AgentStore } from '@app/persistence';
import type { ProviderCatalog } from '@app/providers';
import { UnknownProvider } from '@app/providers';

/** Pause before what could not be rendered is tried again. Milliseconds. */
const TRY_AGAIN_MS = 30_000;

export interface PhraseWarmerParts {
  clock: Clock;
  log: Logger;
  agents: AgentStore;
  catalog: Pick<ProviderCatalog, 'voice'>;
  phrases: PhraseCache;
  rateHz: SampleRateHz;
}

/** Has every agent's greeting and phrases rendered, so that a call begins with sound, and can end with it. */
export class PhraseWarmer {
  constructor(private readonly parts: PhraseWarmerParts) {}

  /** Resolves when all are there, or `signal` aborts. What fails is tried again: a call meanwhile has them made live. */
  async warm(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#all(signal))) {
      await this.parts.clock.sleep(TRY_AGAIN_MS, signal).catch(() => undefined);
    }
  }

  async #all(signal: AbortSignal): Promise<boolean> {
    let whole = true;
    for (const { id, slug } of await this.parts.agents.list()) {
      try {
        await this.#one(id, signal);
      } catch (error) {
        if (signal.aborted) return false;
        if (!(error instanceof ProviderError || error instanceof UnknownProvider)) throw error;
        this.parts.log.warn({ error, agent: slug }, 'phrases could not be rendered');
        whole &&= !error.retryable;
      }
    }
    return whole;
  }

  async #one(agentId: string, signal: AbortSignal): Promise<void> {
    const { agents, catalog, phrases, rateHz } = this.parts;
    const settings = await agents.settingsOf(agentId);
    await phrases.warm(settings, catalog.voice(settings.providers.voice), rateHz, signal);
  }
}
