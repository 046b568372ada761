import type { Author, Role } from '@app/persistence';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Who sent a request: a program by its key, or a person who signed in. */
export interface Asker extends Author {
  kind: 'person' | 'key';
  id: string;
  scopes: readonly string[];
  /** Of a person. */
  role?: Role;
  /** Of a person: by which they are signed in. */
  sessionId?: string;
}

const ASKED_BY = Symbol('asked by');
type Asked = Request & { [ASKED_BY]?: Asker };

export const askerOf = (request: Request): Asker | undefined => (request as Asked)[ASKED_BY];

export function noteAsker(request: Request, asker: Asker): void {
  (request as Asked)[ASKED_BY] = asker;
}

/** Who asks; only in operations that are not public. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): Asker => askedBy(context));

/** The same, for other decorators. */
export const askedBy = (context: ExecutionContext): Asker => askerIn(context.switchToHttp().getRequest<Request>());

/** The same, where there is a request. */
export function askerIn(request: Request): Asker {
  const asker = askerOf(request);
  if (!asker) throw new Error('a public operation asks who asks');
  return asker;
}
