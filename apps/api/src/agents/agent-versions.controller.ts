import { AgentDraftStore, type EditedAgent } from '@app/persistence';
import { ProviderCatalog } from '@app/providers';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AuditsItself } from '../audit/audits.js';
import { AskedBy, type Asker } from '../auth/asker.js';
import { Needs } from '../auth/needs.js';
import { SeenRevision } from '../http/etag.js';
import { WantsRevision } from '../http/etag-docs.js';
import { idOf } from '../http/id.pipe.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { AgentViews } from './agent-views.js';
import { differences } from './differences.js';
import {
  AgentDto,
  AgentVersionDto,
  AgentVersionPageDto,
  DiffDto,
  DiffQueryDto,
  ListVersionsDto,
  RollBackDto,
} from './dto/agent.dto.js';
import { settingsFaults } from './settings-faults.js';

const AgentId = () => Param('id', idOf('agent.not-found'));
const AgentIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });
const NUMBER = /^\d{1,7}$/;

@ApiTags('agents')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('agents/:id')
export class AgentVersionsController {
  constructor(
    private readonly agents: AgentDraftStore,
    private readonly views: AgentViews,
    private readonly catalog: ProviderCatalog,
  ) {}

  @Get('versions')
  @TakesQuery()
  @Needs('agents:read')
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'listAgentVersions', summary: 'All that were published, newest first.' })
  @ApiOkResponse({ type: AgentVersionPageDto })
  @Fails('agent.not-found')
  async list(@AgentId() id: string, @Query() { limit, cursor }: ListVersionsDto): Promise<AgentVersionPageDto> {
    await this.views.known(id);
    const before = cursor === undefined ? {} : { before: Number(cursor) };
    const found = await this.agents.versions(id, { limit: limit + 1, ...before });
    const page = found.slice(0, limit);
    return {
      versions: page.map(({ createdAt, ...version }) => ({ ...version, createdAt: createdAt.toISOString() })),
      nextCursor: found.length > limit ? String(page.at(-1)?.number) : null,
    };
  }

  @Get('versions/:number')
  @Needs('agents:read')
  @AgentIdInDocs()
  @ApiParam({ name: 'number', type: 'integer' })
  @ApiOperation({ operationId: 'getAgentVersion', summary: 'One version with its settings.' })
  @ApiOkResponse({ type: AgentVersionDto })
  @Fails('agent.not-found', 'agent.no-version')
  async get(@AgentId() id: string, @Param('number') number: string): Promise<AgentVersionDto> {
    if (!NUMBER.test(number)) throw new Problem('agent.no-version');
    const [version] = await this.agents.versions(id, { limit: 1, before: Number(number) + 1 });
    if (version?.number !== Number(number)) throw new Problem('agent.no-version');
    const settings = await this.agents.version(id, version.number);
    return { ...version, createdAt: version.createdAt.toISOString(), settings };
  }

  @Get('diff')
  @TakesQuery()
  @Needs('agents:read')
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'diffAgent', summary: 'What differs between two versions, or a version and the draft.' })
  @ApiOkResponse({ type: DiffDto })
  @Fails('agent.not-found', 'agent.no-version')
  @Fails('agent.no-draft')
  async diff(@AgentId() id: string, @Query() { from, to }: DiffQueryDto): Promise<DiffDto> {
    const agent = await this.views.known(id);
    const [before, after] = await Promise.all([this.#settings(agent, from), this.#settings(agent, to)]);
    return { differences: differences(before, after) };
  }

  @Post('rollback')
  @HttpCode(200)
  @Needs('agents:write')
  @AuditsItself()
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'rollBackAgent', summary: 'New calls get an earlier version again; a draft stays.' })
  @ApiOkResponse({ type: AgentDto })
  @Fails('agent.not-found', 'agent.no-version')
  @Fails('agent.invalid')
  @WantsRevision()
  async rollBack(
    @AskedBy() asker: Asker,
    @AgentId() id: string,
    @SeenRevision() revision: number,
    @Body() { version }: RollBackDto,
  ): Promise<AgentDto> {
    const agent = await this.views.known(id);
    const errors = settingsFaults(await this.#settings(agent, String(version)), this.catalog);
    if (errors.length > 0) throw new Problem('agent.invalid', { errors });
    return this.views.changed(await this.agents.rollBack(asker, { id, revision }, version));
  }

  async #settings({ id, draft }: EditedAgent, which: string): Promise<unknown> {
    if (which === 'draft') {
      if (!draft) throw new Problem('agent.no-draft');
      return draft.settings;
    }
    const settings = await this.agents.version(id, Number(which));
    if (settings === undefined) throw new Problem('agent.no-version');
    return settings;
  }
}
