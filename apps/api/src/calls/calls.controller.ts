import { Controller, Delete, Get, HttpCode, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Audits } from '../audit/audits.js';
import { Needs } from '../auth/needs.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { CallEraser } from './call-eraser.js';
import { CallReader } from './call-reader.js';
import { viewCall, viewPage } from './call-view.js';
import { CallId, CallIdInDocs } from './desk/call-operation.js';
import { CallDto, CallPageDto } from './dto/call.dto.js';
import { ListCallsDto } from './dto/list-calls.dto.js';
import { WholeCalls } from './whole-calls.js';

@ApiTags('calls')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls')
export class CallsController {
  constructor(
    private readonly calls: CallReader,
    private readonly whole: WholeCalls,
    private readonly eraser: CallEraser,
  ) {}

  @Get()
  @Needs('calls:read')
  @TakesQuery()
  @ApiOperation({ operationId: 'listCalls', summary: 'Calls, newest first; with state=live, those whose line is up.' })
  @ApiOkResponse({ type: CallPageDto })
  async list(@Query() query: ListCallsDto): Promise<CallPageDto> {
    return viewPage(await this.whole.list(query));
  }

  @Get(':id')
  @Needs('calls:read')
  @CallIdInDocs()
  @ApiOperation({ operationId: 'getCall', summary: 'One call: what was said and heard, and how long each turn took.' })
  @ApiOkResponse({ type: CallDto })
  @Fails('call.not-found')
  async get(@CallId() id: string): Promise<CallDto> {
    const found = await this.whole.get(id);
    if (!found) throw new Problem('call.not-found');
    return viewCall(found.call, found.beside);
  }

  @Delete(':id')
  @Needs('calls:erase')
  @HttpCode(204)
  @CallIdInDocs()
  @ApiOperation({
    operationId: 'eraseCall',
    summary: 'Forgets a call that is over, with all that it left: record, log, report, recording, notes, webhooks.',
  })
  @ApiNoContentResponse({ description: 'Nothing of it is left.' })
  @Fails('call.not-found', 'call.not-over')
  async erase(@CallId() id: string): Promise<void> {
    await this.eraser.erase(id);
  }

  @Get(':id/log')
  @Needs('calls:export')
  @Audits()
  @CallIdInDocs()
  @ApiOperation({ operationId: 'getCallLog', summary: 'The log of a call, for a replay: one JSON entry a line.' })
  @ApiProduces('application/jsonl')
  @ApiOkResponse({ content: { 'application/jsonl': { schema: { type: 'string' } } } })
  @Fails('call.not-found', 'call.no-log')
  async log(@CallId() id: string, @Res() response: Response): Promise<void> {
    const lines = await this.calls.logOf(id);
    if (!lines) throw new Problem((await this.calls.stateOf(id)) === 'unknown' ? 'call.not-found' : 'call.no-log');
    response.type('application/jsonl').send(lines.map((line) => `${line}\n`).join(''));
  }
}
