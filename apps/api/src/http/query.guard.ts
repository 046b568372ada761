import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Problem } from './problem.js';

const TAKES_QUERY = 'takes-query';

/** Marks an operation that reads its query, with a DTO that refuses what it does not know. */
export const TakesQuery = () => SetMetadata(TAKES_QUERY, true);

/** Refuses query parameters where none are known: one that is misspelt must not be passed over in silence. */
@Injectable()
export class QueryGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { query } = context.switchToHttp().getRequest<Request>();
    const names = Object.keys(query);
    if (names.length === 0 || this.reflector.get<boolean | undefined>(TAKES_QUERY, context.getHandler())) return true;
    throw new Problem('request.invalid', { errors: names.map((field) => ({ field, problem: 'is not known here' })) });
  }
}
