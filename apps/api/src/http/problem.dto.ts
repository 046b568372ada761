import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { type ProblemCode, PROBLEMS } from './problem.js';

export class FieldErrorDto {
  @ApiProperty({ example: 'limit' })
  readonly field!: string;

  @ApiProperty({ example: 'limit must not be greater than 100' })
  readonly problem!: string;
}

/** RFC 9457 problem details. */
export class ProblemDto {
  @ApiProperty({ example: 'about:blank' })
  readonly type!: string;

  @ApiProperty({ description: 'The name of the HTTP status.' })
  readonly title!: string;

  @ApiProperty({ type: 'integer' })
  readonly status!: number;

  @ApiProperty({ enum: Object.keys(PROBLEMS), description: 'Stable: decide by this.' })
  readonly code!: ProblemCode;

  @ApiProperty({ description: 'For people.' })
  readonly detail!: string;

  @ApiPropertyOptional({
    type: [FieldErrorDto],
    description: 'With request.invalid and agent.invalid: what is wrong, and where.',
  })
  readonly errors?: FieldErrorDto[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'With service.not-ready: what is down.',
  })
  readonly checks?: Record<string, string>;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'With 429: when to come back, in seconds; also as Retry-After.',
  })
  readonly retryAfterS?: number;

  @ApiProperty({ description: 'The same as the header X-Request-Id; also in our log.' })
  readonly requestId!: string;
}

const FAILS = 'fails';

/** Documents the problems that an operation may answer with; said twice of the same one, it is all of them. */
export function Fails(...codes: ProblemCode[]): ClassDecorator & MethodDecorator {
  return ((target: object, name?: string | symbol, method?: PropertyDescriptor) => {
    const where = (method?.value ?? target) as object;
    const known = (Reflect.getOwnMetadata(FAILS, where) as ProblemCode[] | undefined) ?? [];
    const all = [...new Set([...known, ...codes])];
    Reflect.defineMetadata(FAILS, all, where);
    const responses = [...Map.groupBy(all, (code) => PROBLEMS[code].status)].map(([status, ofStatus]) =>
      ApiResponse({ status, ...described(status, ofStatus) }),
    );
    const documented = applyDecorators(ApiExtraModels(ProblemDto), ...responses);
    if (method && name !== undefined) documented(target, name, method);
    else documented(target as new () => unknown);
  }) as ClassDecorator & MethodDecorator;
}

const described = (status: number, codes: readonly ProblemCode[]) => ({
  description: `${STATUS_CODES[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) }, examples: examplesOf(codes) } },
});

const examplesOf = (codes: readonly ProblemCode[]) =>
  Object.fromEntries(
    codes.map((code) => {
      const { status, detail } = PROBLEMS[code];
      const problem = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail };
      return [code, { value: { ...problem, requestId: 'b7c9c9c0-2f0e-4a43-9d0e-2f1f0a3c5d11' } }];
    }),
  );
