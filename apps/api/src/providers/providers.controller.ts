import { ProviderChains } from '@app/providers';
import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/needs.js';
import { Fails } from '../http/problem.dto.js';
import { ProviderListDto } from './dto/provider.dto.js';

@ApiTags('providers')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal')
@Controller('providers')
export class ProvidersController {
  constructor(private readonly chains: ProviderChains) {}

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
}
