import { StoreError } from '@app/conversation/ports';
import { AgentDraftStore, type EditedAgent, type Outdated } from '@app/persistence';
import { ProviderCatalog } from '@app/providers';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AuditsItself } from '../audit/audits.js';
import { AskedBy, type Asker } from '../auth/asker.js';
import { Needs } from '../auth/needs.js';
import { SeenRevision } from '../http/etag.js';
import { WantsRevision } from '../http/etag-docs.js';
import { idOf } from '../http/id.pipe.js';
import { mustBeThere } from '../http/outcome.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { AgentViews } from './agent-views.js';
import { AgentDto, DraftDto, SettingsDto } from './dto/agent.dto.js';
import { settingsFaults } from './settings-faults.js';

const AgentId = () => Param('id', idOf('agent.not-found'));
const AgentIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('agents')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('agents/:id')
export class AgentDraftController {
  constructor(
    private readonly agents: AgentDraftStore,
    private readonly views: AgentViews,
    private readonly catalog: ProviderCatalog,
  ) {}

  @Get('draft')
  @Needs('agents:read')
  @AgentIdInDocs()
  @ApiOperation({
    operationId: 'getAgentDraft',
    summary: 'The settings that are worked on, and all that is wrong with them.',
  })
  @ApiOkResponse({ type: DraftDto })
  @Fails('agent.not-found')
  async get(@AgentId() id: string): Promise<DraftDto> {
    return this.#view(await this.views.known(id));
  }

  @Put('draft')
  @Needs('agents:write')
  @AuditsItself()
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'saveAgentDraft', summary: 'Settings to be published later, whole or not.' })
  @ApiOkResponse({ type: DraftDto })
  @Fails('agent.not-found')
  @WantsRevision()
  async save(
    @AskedBy() asker: Asker,
    @AgentId() id: string,
    @SeenRevision() revision: number,
    @Body() { settings }: SettingsDto,
  ): Promise<DraftDto> {
    return this.#view(await this.agents.saveDraft(asker, { id, revision }, settings));
  }

  @Delete('draft')
  @Needs('agents:write')
  @AuditsItself()
  @AgentIdInDocs()
  @ApiOperation({ operationId: 'dropAgentDraft', summary: 'Back to what is live.' })
  @ApiOkResponse({ type: DraftDto })
  @Fails('agent.not-found')
  @WantsRevision()
  async drop(@AskedBy() asker: Asker, @AgentId() id: string, @SeenRevision() revision: number): Promise<DraftDto> {
    return this.#view(await this.agents.dropDraft(asker, { id, revision }));
  }

  @Post('publish')
  @HttpCode(200)
  @Needs('agents:write')
  @AuditsItself()
  @AgentIdInDocs()
  @ApiOperation({
    operationId: 'publishAgent',
    summary: 'The draft becomes the version that new calls get; calls that go on keep theirs.',
  })
  @ApiOkResponse({ type: AgentDto })
  @Fails('agent.not-found')
  @Fails('agent.no-draft')
  @Fails('agent.invalid')
  @WantsRevision()
  async publish(@AskedBy() asker: Asker, @AgentId() id: string, @SeenRevision() revision: number): Promise<AgentDto> {
    const { draft } = await this.views.known(id);
    if (!draft) throw new Problem('agent.no-draft');
    const errors = settingsFaults(draft.settings, this.catalog);
    if (errors.length > 0) throw new Problem('agent.invalid', { errors });
    try {
      return await this.views.changed(await this.agents.publish(asker, { id, revision }));
    } catch (error) {
      // another published, or spoilt, what was looked at
      if (error instanceof StoreError && error.failure !== 'unavailable') throw new Problem('precondition.failed');
      throw error;
    }
  }

  #view(agent: EditedAgent | Outdated): DraftDto {
    const { draft, live, revision } = mustBeThere(agent, 'agent.not-found');
    const settings = draft ? draft.settings : (live ?? null);
    return {
      ...{ settings, revision },
      faults: settingsFaults(settings, this.catalog),
      author: draft?.author ?? null,
      changedAt: draft?.at.toISOString() ?? null,
    };
  }
}
