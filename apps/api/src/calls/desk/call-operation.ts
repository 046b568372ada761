import { applyDecorators, createParamDecorator, type ExecutionContext, HttpCode, Param } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import type { Response } from 'express';
import { askedBy } from '../../auth/asker.js';
import { Needs } from '../../auth/needs.js';
import { idOf } from '../../http/id.pipe.js';
import { idempotencyKeyOf, TakesIdempotencyKey } from '../../http/idempotency-key.js';
import { Fails } from '../../http/problem.dto.js';
import type { Asker } from './call-commands.js';
import { CommandDoneDto, QueuedCommandDto } from '../dto/command.dto.js';

/** Who asks, under which key, and where the answer goes. */
export const AskedHow = createParamDecorator((_: unknown, context: ExecutionContext): Asker => ({
  author: askedBy(context).name,
  key: idempotencyKeyOf(context),
  response: context.switchToHttp().getResponse<Response>(),
}));

export const CallId = () => Param('id', idOf('call.not-found'));
export const CallIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

/** What is true of every operation that asks something of a live call. */
export const AsksCall = (operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    Needs('calls:write'),
    HttpCode(200),
    CallIdInDocs(),
    TakesIdempotencyKey(),
    ApiOperation({ operationId, summary }),
    ApiOkResponse({ type: CommandDoneDto, description: 'It is done, or under way.' }),
    ApiAcceptedResponse({ type: QueuedCommandDto, description: 'Not answered within 1 s; it stays asked.' }),
    Fails('call.not-found', 'call.ended', 'call.leaving', 'call.not-served', 'idempotency.mismatch', 'command.failed'),
  );
