import { CallStore, ReportStore } from '@app/persistence';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/needs.js';
import { idOf } from '../http/id.pipe.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { CallReader } from './call-reader.js';
import { CallReportDto } from './dto/report.dto.js';
import { viewReport } from './report-view.js';

@ApiTags('calls')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls')
export class ReportController {
  constructor(
    private readonly reports: ReportStore,
    private readonly stored: CallStore,
    private readonly calls: CallReader,
  ) {}

  @Get(':id/report')
  @Needs('calls:read')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({
    operationId: 'getCallReport',
    summary: 'What a call came to. It is made after the call has ended; until then 409 report.pending: ask again.',
  })
  @ApiOkResponse({ type: CallReportDto })
  @Fails('call.not-found', 'report.none', 'report.pending')
  async get(@Param('id', idOf('call.not-found')) id: string): Promise<CallReportDto> {
    const report = await this.reports.get(id);
    if (report) return viewReport(report);
    if ((await this.calls.stateOf(id)) === 'unknown') throw new Problem('call.not-found');
    const missed = (await this.stored.get(id))?.state === 'missed';
    throw new Problem(missed ? 'report.none' : 'report.pending');
  }
}
