import { StoreError } from '@app/conversation/ports';
import { RateLeases, type RateVerdict } from '@app/live-state';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Problem } from '../http/problem.js';
import { askerOf } from './asker.js';

export const RATE_PER_MINUTE = Symbol('requests a minute');
export const WINDOW_MS = 60_000;

/** So many requests a minute of each key and person, over all processes; while Redis is gone, nobody counts. */
@Injectable()
export class RateGuard implements CanActivate {
  constructor(
    private readonly rates: RateLeases,
    @Inject(RATE_PER_MINUTE) private readonly limit: number,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const asker = askerOf(context.switchToHttp().getRequest<Request>());
    const verdict = asker && (await this.#take(`${asker.kind}:${asker.id}`));
    if (!verdict) return true;
    const resetS = Math.ceil(verdict.resetMs / 1_000);
    const response = context.switchToHttp().getResponse<Response>();
    response.setHeader('ratelimit-policy', `${this.limit};w=${WINDOW_MS / 1_000}`);
    response.setHeader('ratelimit-limit', String(this.limit));
    response.setHeader('ratelimit-remaining', String(verdict.remaining));
    response.setHeader('ratelimit-reset', String(resetS));
    if (!verdict.allowed) throw new Problem('request.too-many', { retryAfterS: resetS });
    return true;
  }

  async #take(name: string): Promise<RateVerdict | undefined> {
    try {
      return await this.rates.take(name);
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  }
}
