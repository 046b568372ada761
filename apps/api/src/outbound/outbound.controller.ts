import { Body, Controller, Headers, HttpCode, Optional, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AskedBy, type Asker } from '../auth/asker.js';
import { Needs } from '../auth/needs.js';
import { CallId, CallIdInDocs } from '../calls/desk/call-operation.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { PlaceCallDto, PlacedCallDto, viewPlaced } from './dto/place-call.dto.js';
import { orderOf } from './order-of.js';
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
    summary:
      'Orders a call. It is dialled when a line is free, each try at most once; the rest stands in GET /calls/{id}.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key with the same body gives the first call back, and places none.',
  })
  @ApiAcceptedResponse({ type: PlacedCallDto })
  @Fails('outbound.not-configured', 'agent.not-found', 'agent.no-number', 'rule.not-found', 'rule.no-agent')
  @Fails('outbound.variables-missing', 'outbound.no-window', 'idempotency.mismatch')
  @Fails('contact.do-not-call', 'contact.no-consent')
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
    return viewPlaced(await this.outbound.place(orderOf(order), { by, idempotencyKey: key ?? null }));
  }

  @Post(':id/cancel')
  @Needs('calls:write')
  @HttpCode(200)
  @CallIdInDocs()
  @ApiOperation({
    operationId: 'cancelCall',
    summary: 'Takes back what waits in the queue: the call, or the next try of what it belongs to.',
  })
  @ApiOkResponse({ type: PlacedCallDto, description: 'Nobody is called any more.' })
  @Fails('outbound.not-configured', 'call.not-found', 'outbound.not-queued')
  async cancel(@CallId() id: string): Promise<PlacedCallDto> {
    if (!this.outbound) throw new Problem('outbound.not-configured');
    return viewPlaced(await this.outbound.cancel(id));
  }
}
