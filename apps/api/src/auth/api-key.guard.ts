import type { ApiKey } from '@app/persistence';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Problem } from '../http/problem.js';
import { KnownKeys } from './known-keys.js';
import { IS_PUBLIC } from './public.js';

const BEARER = /^Bearer +([\w.~+/-]{8,256}=*)$/i;
const ASKED_BY = Symbol('asked by');
export const bearerOf = (header: string | undefined): string | undefined => BEARER.exec(header ?? '')?.[1];

type Asked = Request & { [ASKED_BY]?: ApiKey };

/** Lets nobody in without an API key, but where an operation says that it is `@Public()`. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KnownKeys,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // sockets are let in by the token in their address
    const where = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, where)) return true;
    const request = context.switchToHttp().getRequest<Asked>();
    const header = request.get('authorization');
    if (header === undefined) throw new Problem('auth.no-key');
    const secret = bearerOf(header);
    const key = secret === undefined ? undefined : await this.keys.verify(secret);
    if (!key) throw new Problem('auth.refused');
    request[ASKED_BY] = key;
    return true;
  }
}

/** The key that the request came with; only in operations that are not public. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): ApiKey => askedBy(context));

export function askedBy(context: ExecutionContext): ApiKey {
  const key = context.switchToHttp().getRequest<Asked>()[ASKED_BY];
  if (!key) throw new Error('a public operation asks who asks');
  return key;
}
