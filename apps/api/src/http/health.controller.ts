import { Metrics } from '@app/boot';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.js';
import { Problem } from './problem.js';
import { Fails } from './problem.dto.js';
import { HealthDto, ReadyDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('process')
@Public()
@Fails('request.invalid')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  @Get('health')
  @ApiOperation({ operationId: 'getHealth', summary: 'Whether the process lives. Asks nobody else.' })
  @ApiOkResponse({ type: HealthDto })
  health(): HealthDto {
    return { status: 'up' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReady', summary: 'Whether it can work: its stores answer and it is not stopping.' })
  @ApiOkResponse({ type: ReadyDto })
  @Fails('service.not-ready')
  async ready(): Promise<ReadyDto> {
    const { ready, checks } = await this.readiness.ask();
    if (!ready) throw new Problem('service.not-ready', { checks });
    return { status: 'ready', checks };
  }

  @Get('metrics')
  @ApiExcludeEndpoint()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.text();
  }
}
