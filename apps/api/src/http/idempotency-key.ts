import { applyDecorators, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { Problem } from './problem.js';

const KEY = /^[\x21-\x7e]{1,200}$/;

/** The header that makes asking twice asking once; undefined when it was not sent. @throws Problem */
export function idempotencyKeyOf(context: ExecutionContext): string | undefined {
  const key = context.switchToHttp().getRequest<Request>().get('idempotency-key');
  if (key === undefined || KEY.test(key)) return key;
  const errors = [{ field: 'Idempotency-Key', problem: 'must be 1 to 200 visible characters' }];
  throw new Problem('request.invalid', { errors });
}

export const TakesIdempotencyKey = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key with the same body is asked once, and gets its first answer again, for a day.',
    }),
  );
