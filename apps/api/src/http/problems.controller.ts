import { STATUS_CODES } from 'node:http';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.js';
import { Fails } from './problem.dto.js';
import { type ProblemCode, PROBLEMS } from './problem.js';

export class ProblemKindDto {
  @ApiProperty({ enum: Object.keys(PROBLEMS) })
  readonly code!: ProblemCode;

  @ApiProperty({ type: 'integer', example: 404 })
  readonly status!: number;

  @ApiProperty({ example: 'Not Found' })
  readonly title!: string;

  @ApiProperty({ example: 'There is no such call.' })
  readonly detail!: string;
}

export class ProblemListDto {
  @ApiProperty({ type: [ProblemKindDto] })
  readonly problems!: ProblemKindDto[];
}

@ApiTags('process')
@Public()
@Fails('request.invalid')
@Controller('problems')
export class ProblemsController {
  @Get()
  @ApiOperation({ operationId: 'listProblems', summary: 'All that can go wrong, by code. Codes are never renamed.' })
  @ApiOkResponse({ type: ProblemListDto })
  list(): ProblemListDto {
    const kinds = Object.entries(PROBLEMS) as [ProblemCode, { status: number; detail: string }][];
    return {
      problems: kinds.map(([code, { status, detail }]) => ({
        code,
        status,
        title: STATUS_CODES[status] ?? '',
        detail,
      })),
    };
  }
}
