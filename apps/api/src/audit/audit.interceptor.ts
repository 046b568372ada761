import { StoreError } from '@app/conversation/ports';
import { AuditStore } from '@app/persistence';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { type Asker, askerOf } from '../auth/asker.js';
import { InjectLogger, type Logger } from '../process-parts.js';
import { type Audited, AUDITED } from './audits.js';

/** Where swagger keeps what `@ApiOperation()` was told. */
const OPERATION = 'swagger/apiOperation';
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Notes what somebody asks for before it is done: every operation that may change something and does not note it by
 * itself, and those that are marked. The action is the operation's id. A call must be ended also while Postgres is gone:
 * then the entry stands in the log of this process.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditStore,
    @InjectLogger() private readonly log: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.getType() === 'http' ? context.switchToHttp().getRequest<Request>() : undefined;
    const asker = request && askerOf(request);
    const marked = this.reflector.get<Audited | undefined>(AUDITED, context.getHandler());
    const reads = request !== undefined && READS.has(request.method);
    if (asker && (marked ? marked === 'here' : !reads)) await this.#note(asker, noteOf(context, request), reads);
    return next.handle();
  }

  async #note(asker: Asker, note: ReturnType<typeof noteOf>, mustBeNoted: boolean): Promise<void> {
    try {
      await this.audit.note(asker, note);
    } catch (error) {
      if (mustBeNoted || !(error instanceof StoreError)) throw error;
      const { kind, id, requestId } = asker;
      this.log.warn({ error, by: { kind, id }, requestId, ...note }, 'audit entry could not be written');
    }
  }
}

function noteOf(context: ExecutionContext, request: Request) {
  const handler = context.getHandler();
  const { operationId } = (Reflect.getMetadata(OPERATION, handler) ?? {}) as { operationId?: string };
  const [type = ''] = String((request.route as { path?: unknown } | undefined)?.path ?? '')
    .replace(/^\/api\/v1\//, '')
    .split('/');
  const { id } = request.params;
  return { action: operationId ?? handler.name, ...(typeof id === 'string' && { subject: { type, id } }) };
}
