import { Tickets } from '@app/live-state';
import type { ApiKey } from '@app/persistence';
import { Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AskedBy } from '../auth/api-key.guard.js';
import { Fails } from '../http/problem.dto.js';

export class TicketDto {
  @ApiProperty({ description: 'Good once: `wss://…/api/v1/monitor?ticket=…`.' })
  readonly ticket!: string;

  @ApiProperty({ type: 'integer' })
  readonly lifetimeMs!: number;
}

@ApiTags('monitor')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('monitor')
export class MonitorController {
  constructor(private readonly tickets: Tickets) {}

  @Post('tickets')
  @ApiOperation({
    operationId: 'createMonitorTicket',
    summary: 'A ticket to the monitor socket, for who cannot send a header.',
  })
  @ApiCreatedResponse({ type: TicketDto })
  create(@AskedBy() { name }: ApiKey): Promise<TicketDto> {
    return this.tickets.issue(JSON.stringify({ name }));
  }
}
