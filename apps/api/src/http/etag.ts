import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { type Observable, tap } from 'rxjs';
import { Problem } from './problem.js';

const TAG = /^"(\d{1,9})"$/;

/** The revision in `If-Match`: who changes what another may change too says which one they saw. */
export const SeenRevision = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const header = context.switchToHttp().getRequest<Request>().get('if-match');
  if (header === undefined) throw new Problem('precondition.required');
  const revision = TAG.exec(header.trim())?.[1];
  if (revision === undefined) throw new Problem('precondition.failed'); // a tag that was never given out
  return Number(revision);
});

/** Whatever has a revision is told with it as its ETag. */
@Injectable()
export class RevisionInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap((told: unknown) => {
        const { revision } = (told ?? {}) as { revision?: unknown };
        if (typeof revision !== 'number') return;
        const response = context.switchToHttp().getResponse<Response>();
        response.setHeader('etag', `"${revision}"`);
        response.setHeader('cache-control', 'no-store'); // what is true now beside it has no revision
      }),
    );
  }
}
