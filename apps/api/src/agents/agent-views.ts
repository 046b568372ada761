import { StoreError } from '@app/conversation/ports';
import { Lines } from '@app/live-state';
import { AgentDraftStore, type EditedAgent, type Outdated } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { mustBeThere } from '../http/outcome.js';
import { Problem } from '../http/problem.js';
import { LINES_PER_AGENT } from '../process-parts.js';
import type { AgentDto } from './dto/agent.dto.js';

/** Agents as whoever asks sees them: with what is true now of their lines. */
@Injectable()
export class AgentViews {
  constructor(
    private readonly drafts: AgentDraftStore,
    private readonly lines: Lines,
    @Inject(LINES_PER_AGENT) private readonly linesPerAgent: number,
  ) {}

  /** @throws Problem `agent.not-found` */
  async known(id: string): Promise<EditedAgent> {
    const agent = await this.drafts.get(id);
    if (!agent) throw new Problem('agent.not-found');
    return agent;
  }

  async view(agent: EditedAgent): Promise<AgentDto> {
    const { id, slug, name, state, liveVersion, draft, numbers, revision } = agent;
    return {
      ...{ id, slug, name, state, liveVersion, revision },
      language: languageOf(agent),
      hasDraft: draft !== undefined,
      lines: this.linesOf(agent),
      linesInUse: await this.#linesInUse(id),
      numbers: [...numbers],
    };
  }

  /** What became of a change. @throws Problem when nothing did */
  changed(outcome: EditedAgent | Outdated): Promise<AgentDto> {
    return this.view(mustBeThere(outcome, 'agent.not-found'));
  }

  linesOf = ({ lines }: EditedAgent): number => lines ?? this.linesPerAgent;

  /** Who the agents are is known without live state. */
  async #linesInUse(agentId: string): Promise<number | null> {
    try {
      return await this.lines.count(agentId);
    } catch (error) {
      if (error instanceof StoreError) return null;
      throw error;
    }
  }
}

function languageOf({ live, draft }: EditedAgent): string | null {
  const { agent } = (live ?? draft?.settings ?? {}) as { agent?: { language?: unknown } };
  return typeof agent?.language === 'string' ? agent.language : null;
}
