import { Lines, LiveCalls } from '@app/live-state';
import { AgentDraftStore } from '@app/persistence';
import { ProviderCatalog } from '@app/providers';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AuditsItself } from '../audit/audits.js';
import { AskedBy, type Asker } from '../auth/asker.js';
import { Needs } from '../auth/needs.js';
import { SeenRevision } from '../http/etag.js';
import { WantsRevision } from '../http/etag-docs.js';
import { idOf } from '../http/id.pipe.js';
import { refusedAs } from '../http/outcome.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { AgentViews } from './agent-views.js';
import {
  AgentChangesDto,
  AgentDto,
  AgentListDto,
  AgentStatusDto,
  ListAgentsDto,
  NewAgentDto,
} from './dto/agent.dto.js';
import { settingsFaults } from './settings-faults.js';

const AgentId = () => Param('id', idOf('agent.not-found'));
const AgentIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('agents')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('agents')
export class AgentsController {
  constructor(
    private readonly agents: AgentDraftStore,
    private readonly views: AgentViews,
    private readonly live: LiveCalls,
    private readonly lines: Lines,
    private readonly catalog: ProviderCatalog,
  ) {}

  @Get()
  @TakesQuery()
  @Needs('agents:read')
  @ApiOperation({
    operationId: 'listAgents',
    summary: 'Agents that take calls, or those of another state; newest first.',
  })
  @ApiOkResponse({ type: AgentListDto })
  async list(@Query() { state, ...page }: ListAgentsDto): Promise<AgentListDto> {
    const { agents, nextCursor } = await this.agents.list({ ...page, state: state === 'any' ? undefined : state });
    return { agents: await Promise.all(agents.map((agent) => this.views.view(agent))), nextCursor };
  }

  @Post()
  @Needs('agents:write')
  @AuditsItself()
  @ApiOperation({
    operationId: 'createAgent',
    summary: 'A new agent, with a draft; it takes no calls before it is published.',
  })
  @ApiCreatedResponse({ type: AgentDto })
  @Fails('agent.exists')
  async create(@AskedBy() asker: Asker, @Body() { slug, name, lines, settings }: NewAgentDto): Promise<AgentDto> {
    const agent = this.agents.create(asker, { slug, name: name ?? slug, lines: lines ?? null, settings });
    return this.views.changed(await refusedAs(agent, { conflict: 'agent.exists' }));
  }

  @Get(':id')
  @Needs('agents:read')
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'getAgent', summary: 'One agent; also one that takes calls no more.' })
  @ApiOkResponse({ type: AgentDto })
  @Fails('agent.not-found')
  async get(@AgentId() id: string): Promise<AgentDto> {
    const agent = await this.views.known(id);
    return this.views.view(agent);
  }

  @Patch(':id')
  @Needs('agents:write')
  @AuditsItself()
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'changeAgent', summary: 'How many calls it may have at once.' })
  @ApiOkResponse({ type: AgentDto })
  @Fails('agent.not-found')
  @WantsRevision()
  async change(
    @AskedBy() asker: Asker,
    @AgentId() id: string,
    @SeenRevision() revision: number,
    @Body() { lines }: AgentChangesDto,
  ): Promise<AgentDto> {
    return this.views.changed(await this.agents.setLines(asker, { id, revision }, lines));
  }

  @Get(':id/status')
  @Needs('agents:read')
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'getAgentStatus', summary: 'Its lines and calls now, and whether it can take one.' })
  @ApiOkResponse({ type: AgentStatusDto })
  @Fails('agent.not-found')
  async status(@AgentId() id: string): Promise<AgentStatusDto> {
    const agent = await this.views.known(id);
    const [linesInUse, live] = await Promise.all([this.lines.count(id), this.live.list()]);
    const calls = live.filter(({ agentId }) => agentId === id);
    return {
      ...{ state: agent.state, lines: this.views.linesOf(agent), linesInUse },
      calls: calls.map((call) => ({ id: call.id, version: call.agentVersion, startedAt: call.startedAt })),
      faults: agent.state === 'live' ? settingsFaults(agent.live, this.catalog) : [],
    };
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Needs('agents:write')
  @AuditsItself()
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'retireAgent', summary: 'It takes no more calls; those that it has go on.' })
  @ApiOkResponse({ type: AgentDto })
  @Fails('agent.not-found')
  @Fails('agent.has-numbers')
  @WantsRevision()
  async retire(@AskedBy() asker: Asker, @AgentId() id: string, @SeenRevision() revision: number): Promise<AgentDto> {
    const retired = this.agents.retire(asker, { id, revision });
    return this.views.changed(await refusedAs(retired, { conflict: 'agent.has-numbers' }));
  }

  @Post(':id/restore')
  @HttpCode(200)
  @Needs('agents:write')
  @AuditsItself()
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'restoreAgent', summary: 'It takes calls again, with the version that it had.' })
  @ApiOkResponse({ type: AgentDto })
  @Fails('agent.not-found')
  @WantsRevision()
  async restore(@AskedBy() asker: Asker, @AgentId() id: string, @SeenRevision() revision: number): Promise<AgentDto> {
    return this.views.changed(await this.agents.restore(asker, { id, revision }));
  }
}
