import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { Problem } from '../http/problem.js';
import { requestIdOf } from '../http/request-id.js';
import { noteAsker } from './asker.js';
import { Credentials } from './credentials.js';
import { NEEDS } from './needs.js';
import { IS_PUBLIC } from './public.js';
import { holds, type Scope } from './scopes.js';

const BEARER = /^Bearer +([\w.~+/-]{8,1024}=*)$/i;

/** Lets nobody in without a key or an access token that opens the operation, but where it says that it is `@Public()`. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: Credentials,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // sockets are let in by the gate of their door
    const where = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, where)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const header = request.get('authorization');
    if (header === undefined) throw new Problem('auth.no-key');
    const secret = BEARER.exec(header)?.[1];
    const asker = secret === undefined ? undefined : await this.credentials.verify(secret);
    if (!asker) throw new Problem('auth.refused');
    const needed = this.reflector.get<Scope[] | undefined>(NEEDS, context.getHandler()) ?? ['admin'];
    if (!holds(asker.scopes, needed)) throw new Problem('auth.forbidden');
    const requestId = requestIdOf(context.switchToHttp().getResponse<Response>());
    noteAsker(request, { ...asker, requestId, address: request.ip });
    return true;
  }
}
