import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const HEADER = 'x-request-id';
/** What may come from outside and stand in our log. */
const ACCEPTABLE = /^[\w.-]{8,64}$/;

/** Names each request, by its sender's name for it if that is a decent one, and tells it back. */
export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  const theirs = request.get(HEADER);
  response.setHeader(HEADER, theirs !== undefined && ACCEPTABLE.test(theirs) ? theirs : randomUUID());
  next();
}

export const requestIdOf = (response: Response): string => String(response.getHeader(HEADER) ?? '');
