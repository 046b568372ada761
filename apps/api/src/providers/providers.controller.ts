import { ProviderChains } from '@app/providers';
import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/needs.js';
import { Fails } from '../http/problem.dto.js';
import { CheckedProviders } from './checked-providers.js';
import { ProviderCheckListDto } from './dto/provider-check.dto.js';
import { ProviderListDto } from './dto/provider.dto.js';

@ApiTags('providers')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal')
@Controller('providers')
export class ProvidersController {
  constructor(
    private readonly chains: ProviderChains,
    private readonly checked: CheckedProviders,
  ) {}

  @Get()
  @Needs('agents:read')
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'How each provider does that is configured, or that a call asked for, as this node knows.',
  })
  @ApiOkResponse({ type: ProviderListDto })
  list(): ProviderListDto {
    const providers = this.chains.statuses().map(({ downForMs, ...status }) => ({
      ...status,
      downForMs: downForMs === null ? null : Math.round(downForMs),
    }));
    return { providers };
  }

  @Get('check')
  @Needs('agents:write')
  @ApiOperation({
    operationId: 'checkProviders',
    summary: 'Asks each vendor, at no cost, whether its key works and its models are there; at most once a minute.',
    description:
      'For whoever sets up the centre. It takes as long as the slowest vendor does, and at most five seconds; ' +
      'within a minute this node tells what it was told before.',
  })
  @ApiOkResponse({ type: ProviderCheckListDto })
  async check(): Promise<ProviderCheckListDto> {
    const { checkedAt, freshForMs, checks } = await this.checked.tell();
    return {
      checkedAt: checkedAt.toISOString(),
      freshForS: Math.ceil(freshForMs / 1_000),
      providers: [...checks],
    };
  }
}
