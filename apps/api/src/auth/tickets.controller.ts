import { Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AuditsItself } from '../audit/audits.js';
import { Fails } from '../http/problem.dto.js';
import { AskedBy, type Asker } from './asker.js';
import { Needs } from './needs.js';
import { SocketAccess, TICKET_MS } from './socket-access.js';

export class TicketDto {
  @ApiProperty({ example: 'ct_Zm9vYmFy…' })
  readonly ticket!: string;

  @ApiProperty({ type: 'integer', description: 'How long it works, in seconds.', example: 30 })
  readonly expiresInS!: number;
}

@ApiTags('sockets')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('tickets')
export class TicketsController {
  constructor(private readonly access: SocketAccess) {}

  @Post()
  @Needs()
  @AuditsItself() // whoever opens a socket with it is noted there
  @ApiOperation({
    operationId: 'createTicket',
    summary: 'Opens one socket, as `?ticket=…`, with what whoever asks may do: for browsers, which send no headers.',
  })
  @ApiCreatedResponse({ type: TicketDto })
  async create(@AskedBy() asker: Asker): Promise<TicketDto> {
    return { ticket: await this.access.ticketFor(asker), expiresInS: TICKET_MS / 1_000 };
  }
}
