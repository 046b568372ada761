import { Body, Controller, Headers, HttpCode, Optional, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AskedBy, type Asker } from '../auth/asker.js';
import { Needs } from '../auth/needs.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { PlaceCallDto, PlacedCallDto, viewPlaced } from './dto/place-call.dto.js';
import { OutboundCalls } from './outbound-calls.js';

const KEY = /^[\x21-\x7e]{1,200}$/;

@ApiTags('calls')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls')
export class OutboundController {
  constructor(@Optional() private readonly outbound?: OutboundCalls) {}

  @Post()
  @Needs('calls:write')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'placeCall',
    summary: 'Calls somebody. Placed at most once; how it ended stands in the call: GET /calls/{id}.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key with the same body gives the first call back, and places none.',
  })
  @ApiAcceptedResponse({ type: PlacedCallDto })
  @Fails('outbound.not-configured', 'agent.not-found', 'agent.no-number', 'agent.no-free-line')
  @Fails('contact.do-not-call', 'idempotency.mismatch')
  async place(
    @Body() order: PlaceCallDto,
    @AskedBy() by: Asker,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<PlacedCallDto> {
    if (!this.outbound) throw new Problem('outbound.not-configured');
    if (key !== undefined && !KEY.test(key))
      throw new Problem('request.invalid', {
        errors: [{ field: 'Idempotency-Key', problem: 'must be 1 to 200 visible characters' }],
      });
    return viewPlaced(await this.outbound.place(order, { by, idempotencyKey: key ?? null }));
  }
}
