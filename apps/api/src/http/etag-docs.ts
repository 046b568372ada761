import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Fails } from './problem.dto.js';

/** For operations that take `@SeenRevision()`. */
export const WantsRevision = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: true,
      description: 'The ETag that was seen.',
      schema: { type: 'string', example: '"3"' },
    }),
    Fails('precondition.failed'),
    Fails('precondition.required'),
  );
