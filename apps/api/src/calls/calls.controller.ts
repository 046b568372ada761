import { Commands } from '@app/live-state';
import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Audits } from '../audit/audits.js';
import { AskedBy, type Asker } from '../auth/asker.js';
import { Needs } from '../auth/needs.js';
import { idOf } from '../http/id.pipe.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { CallReader } from './call-reader.js';
import { viewCall, viewPage } from './call-view.js';
import { CallDto, CallPageDto } from './dto/call.dto.js';
import { HungUpDto, QueuedCommandDto } from './dto/hang-up.dto.js';
import { ListCallsDto } from './dto/list-calls.dto.js';

const CallId = () => Param('id', idOf('call.not-found'));
const CallIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('calls')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls')
export class CallsController {
  constructor(
    private readonly calls: CallReader,
    private readonly commands: Commands,
  ) {}

  @Get()
  @Needs('calls:read')
  @TakesQuery()
  @ApiOperation({ operationId: 'listCalls', summary: 'Calls, newest first; with state=live, those whose line is up.' })
  @ApiOkResponse({ type: CallPageDto })
  async list(@Query() query: ListCallsDto): Promise<CallPageDto> {
    return viewPage(await this.calls.list(query));
  }

  @Get(':id')
  @Needs('calls:read')
  @CallIdInDocs()
  @ApiOperation({ operationId: 'getCall', summary: 'One call: what was said and heard, and how long each turn took.' })
  @ApiOkResponse({ type: CallDto })
  @Fails('call.not-found')
  async get(@CallId() id: string): Promise<CallDto> {
    const call = await this.calls.get(id);
    if (!call) throw new Problem('call.not-found');
    return viewCall(call, await this.calls.notesOf(call));
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

  @Post(':id/hangup')
  @Needs('calls:write')
  @HttpCode(200)
  @CallIdInDocs()
  @ApiOperation({
    operationId: 'hangUpCall',
    summary: 'Ends a live call, wherever it is carried. Asking twice ends it once.',
  })
  @ApiOkResponse({ type: HungUpDto, description: 'It was hung up.' })
  @ApiAcceptedResponse({ type: QueuedCommandDto, description: 'Not answered within 1 s; it stays asked.' })
  @Fails('call.not-found', 'call.ended', 'command.failed', 'service.internal')
  async hangUp(
    @CallId() id: string,
    @AskedBy() asker: Asker,
    @Res({ passthrough: true }) response: Response,
  ): Promise<HungUpDto | QueuedCommandDto> {
    await this.#mustBeLive(id);
    const outcome = await this.commands.send(id, { type: 'hang-up', author: asker.name });
    if (outcome.state === 'no-such-call') throw new Problem('call.ended'); // it was live a moment ago
    if (outcome.state === 'failed') throw new Problem('command.failed');
    if (outcome.state === 'queued') response.status(202);
    return outcome;
  }

  async #mustBeLive(id: string): Promise<void> {
    const state = await this.calls.stateOf(id);
    if (state === 'unknown') throw new Problem('call.not-found');
    if (state === 'ended') throw new Problem('call.ended');
  }
}
