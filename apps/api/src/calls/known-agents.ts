import type { Clock } from '@app/kernel';
import type { Agent, AgentStore } from '@app/persistence';
import { Recent } from '../recent.js';

/** The agents of live calls, by heart for a moment: a call is asked for more often than an agent is named anew. */
export class KnownAgents {
  readonly #known: Recent<{ agent: Agent | undefined }>;

  constructor(
    private readonly agents: Pick<AgentStore, 'get'>,
    clock: Clock,
  ) {
    this.#known = new Recent(clock);
  }

  /** Undefined when there is none. @throws StoreError */
  async get(agentId: string): Promise<Agent | undefined> {
    const known = await this.#known.get(agentId, async () => ({ agent: await this.agents.get(agentId) }));
    return known?.agent;
  }
}
