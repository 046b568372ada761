import { type Agent, AgentStore } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { type Clock, InjectClock } from '../process-parts.js';
import { Recent } from '../recent.js';

/** The agents of calls, by heart for a moment: a call is asked for more often than an agent is named anew. */
@Injectable()
export class KnownAgents {
  readonly #known: Recent<{ agent: Agent | undefined }>;

  constructor(
    private readonly agents: AgentStore,
    @InjectClock() clock: Clock,
  ) {
    this.#known = new Recent(clock);
  }

  /** Undefined when there is none. @throws StoreError */
  async get(agentId: string): Promise<Agent | undefined> {
    const known = await this.#known.get(agentId, async () => ({ agent: await this.agents.get(agentId) }));
    return known?.agent;
  }

  /** Those of them that there are, by id; all at once. @throws StoreError */
  async all(agentIds: Iterable<string>): Promise<ReadonlyMap<string, Agent>> {
    const ids = [...new Set(agentIds)];
    const found = await Promise.all(ids.map(async (id) => [id, await this.get(id)] as const));
    return new Map(found.flatMap(([id, agent]) => (agent ? [[id, agent] as const] : [])));
  }
}
