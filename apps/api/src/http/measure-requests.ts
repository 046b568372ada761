import type { Metrics } from '@app/boot';
import type { Clock } from '@app/kernel';
import type { NextFunction, Request, Response } from 'express';

/** Counts and times each request under its route's pattern, never its path: a path holds ids and tokens. */
export function measureRequests(metrics: Metrics, clock: Clock) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const beganMs = clock.nowMs();
    response.once('finish', () => {
      const { path } = (request.route ?? {}) as { path?: unknown };
      const route = typeof path === 'string' ? path : 'none';
      metrics.httpRequest(methodOf(request), route, response.statusCode, clock.nowMs() - beganMs);
    });
    next();
  };
}

/** A method is a label: an invented one must not make a new series. */
const KNOWN = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const methodOf = ({ method }: Request): string => (KNOWN.has(method) ? method : 'other');
