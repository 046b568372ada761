import { StoreError } from '@app/conversation/ports';
import { Lines } from '@app/live-state';
import { type Agent, AgentStore } from '@app/persistence';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/needs.js';
import { idOf } from '../http/id.pipe.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { LINES_PER_AGENT } from '../process-parts.js';
import { AgentDto, AgentListDto } from './dto/agent.dto.js';

@ApiTags('agents')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('agents')
export class AgentsController {
  constructor(
    private readonly agents: AgentStore,
    private readonly lines: Lines,
    @Inject(LINES_PER_AGENT) private readonly linesPerAgent: number,
  ) {}

  @Get()
  @Needs('agents:read')
  @ApiOperation({ operationId: 'listAgents', summary: 'All agents that take calls, by name.' })
  @ApiOkResponse({ type: AgentListDto })
  async list(): Promise<AgentListDto> {
    const agents = await this.agents.list();
    return { agents: await Promise.all(agents.map((agent) => this.#view(agent))) };
  }

  @Get(':id')
  @Needs('agents:read')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ operationId: 'getAgent', summary: 'One agent; also one that takes calls no more.' })
  @ApiOkResponse({ type: AgentDto })
  @Fails('agent.not-found')
  async get(@Param('id', idOf('agent.not-found')) id: string): Promise<AgentDto> {
    const agent = await this.agents.get(id);
    if (!agent) throw new Problem('agent.not-found');
    return this.#view(agent);
  }

  async #view({ id, slug, name, language, liveVersion, lines, numbers }: Agent): Promise<AgentDto> {
    const linesInUse = await this.#linesInUse(id);
    return {
      id,
      slug,
      name,
      language,
      liveVersion,
      lines: lines ?? this.linesPerAgent,
      linesInUse,
      numbers: [...numbers],
    };
  }

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
