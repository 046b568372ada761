import type { Clock } from '@app/kernel';
import type { Agent, AgentStore } from '@app/persistence';

/** A new name is told so late at most, on each node. */
const TRUST_MS = 10_000;

/** The agents of live calls, by heart for a moment: a call is asked for more often than an agent is named anew. */
export class KnownAgents {
  readonly #known = new Map<string, { agent: Agent | undefined; untilMs: number }>();

  constructor(
    private readonly agents: Pick<AgentStore, 'get'>,
    private readonly clock: Clock,
  ) {}

  /** Undefined when there is none. @throws StoreError */
  async get(agentId: string): Promise<Agent | undefined> {
    const known = this.#known.get(agentId);
    if (known && known.untilMs > this.clock.nowMs()) return known.agent;
    const agent = await this.agents.get(agentId);
    this.#known.set(agentId, { agent, untilMs: this.clock.nowMs() + TRUST_MS });
    return agent;
  }
}
