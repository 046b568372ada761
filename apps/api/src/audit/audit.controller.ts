import { AuditStore } from '@app/persistence';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/needs.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { AuditPageDto, AuditQueryDto } from './dto/audit.dto.js';

@ApiTags('audit')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditStore) {}

  @Get()
  @TakesQuery()
  @Needs('audit:read')
  @ApiOperation({
    operationId: 'listAuditEntries',
    summary: 'Who did what: changes, listen-ins, exports; newest first.',
  })
  @ApiOkResponse({ type: AuditPageDto })
  async list(@Query() { since, until, ...query }: AuditQueryDto): Promise<AuditPageDto> {
    const times = { since: since ? new Date(since) : undefined, until: until ? new Date(until) : undefined };
    const { entries, nextCursor } = await this.audit.list({ ...query, ...times });
    return { entries: entries.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })), nextCursor };
  }
}
