import { type AgentSettings, type EditedAgent, readSettings } from '@app/persistence';
import type { CallSettings } from '@app/conversation/ports';
import { ProviderCatalog } from '@app/providers';
import { Body, Controller, HttpCode, Optional, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Needs } from '../../auth/needs.js';
import { withVariables } from '../../calls/call-variables.js';
import { viewTotal } from '../../calls/cost/cost-view.js';
import { idOf } from '../../http/id.pipe.js';
import { Problem } from '../../http/problem.js';
import { Fails } from '../../http/problem.dto.js';
import { AgentViews } from '../agent-views.js';
import { NewTestCallDto, TestCallDto } from '../dto/test-call.dto.js';
import { settingsFaults } from '../settings-faults.js';
import { TestCalls } from './test-calls.js';

@ApiTags('agents')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('agents/:id/test-calls')
export class TestCallsController {
  constructor(
    private readonly views: AgentViews,
    private readonly catalog: ProviderCatalog,
    @Optional() private readonly testCalls?: TestCalls,
  ) {}

  @Post()
  @HttpCode(200)
  @Needs('agents:write')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({
    operationId: 'holdTestCall',
    summary: 'What the agent would say to these lines: in writing, through its models, and without changing anything.',
  })
  @ApiOkResponse({ type: TestCallDto })
  @Fails('agent.not-found', 'agent.no-version')
  @Fails('agent.no-draft', 'agent.unable')
  @Fails('agent.invalid')
  async hold(@Param('id', idOf('agent.not-found')) id: string, @Body() asked: NewTestCallDto): Promise<TestCallDto> {
    const agent = await this.views.known(id);
    const version = asked.version ?? (agent.draft ? 'draft' : 'live');
    const settings = withVariables(this.#settingsOf(agent, version), asked.variables);
    if (!this.testCalls) throw new Problem('agent.unable');
    const { turns, end, cost } = await this.testCalls.hold(settings, asked.lines);
    return {
      ...{ medium: 'text', version, greeting: settings.greeting, turns: [...turns], endedBecause: end.because },
      transferTo: end.because === 'agent-transferred' ? end.to : null,
      cost: viewTotal(cost),
    };
  }

  /** @throws Problem */
  #settingsOf({ id, slug, draft, live, liveVersion }: EditedAgent, version: 'draft' | 'live'): CallSettings {
    if (version === 'draft' && !draft) throw new Problem('agent.no-draft');
    if (version === 'live' && liveVersion === 0) throw new Problem('agent.no-version');
    const written = version === 'draft' ? draft?.settings : live;
    const errors = settingsFaults(written, this.catalog);
    if (errors.length > 0) throw new Problem('agent.invalid', { errors });
    const { hours: _hours, ...settings }: AgentSettings = readSettings(slug, written);
    return { ...settings, agent: { id, version: liveVersion, ...settings.agent } };
  }
}
