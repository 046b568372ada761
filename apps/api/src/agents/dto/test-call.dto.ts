import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsIn, IsString, Length, Validate } from 'class-validator';
import { CostTotalDto } from '../../calls/cost/cost.dto.js';
import { AreVariables } from '../../outbound/dto/place-call.dto.js';
import { MayBeAbsent } from '../../http/may-be-absent.js';

const MOST_LINES = 10;
const VERSIONS = ['draft', 'live'] as const;
const OUTCOMES = ['ran', 'failed', 'refused', 'asked'] as const;
const ENDS = ['lines-over', 'time-is-up', 'agent-hung-up', 'agent-transferred'] as const;

export class NewTestCallDto {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MOST_LINES,
    description: 'What the caller says, one turn each, up to 500 characters.',
    example: ['Hello, are you open on Monday?'],
  })
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_LINES)
  @IsString({ each: true })
  @Length(1, 500, { each: true })
  readonly lines!: string[];

  @ApiPropertyOptional({ enum: VERSIONS, description: 'Usually the draft, if there is one.' })
  @MayBeAbsent()
  @IsIn(VERSIONS)
  readonly version?: (typeof VERSIONS)[number];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'For an agent that places calls: what fills `{{name}}`. A place that nothing fills stays as it is written.',
    example: { name: 'Ida Okoro' },
  })
  @MayBeAbsent()
  @Validate(AreVariables)
  readonly variables?: Record<string, string>;
}

export class TestFunctionDto {
  @ApiProperty({ example: 'find-free-slots' })
  readonly name!: string;

  @ApiProperty({ description: 'As the model wrote them.', example: '{"date":"2026-11-24"}' })
  readonly argumentsJson!: string;

  @ApiProperty({
    enum: OUTCOMES,
    description:
      '`ran`, `failed`: it only reads. `refused`: it would have changed something, and was not run. `asked`: to end or transfer the call.',
  })
  readonly outcome!: (typeof OUTCOMES)[number];
}

export class TestTurnDto {
  @ApiProperty({ example: 'Hello, are you open on Monday?' })
  readonly caller!: string;

  @ApiProperty({ example: 'Yes, from nine to five.' })
  readonly agent!: string;

  @ApiProperty({ type: [TestFunctionDto] })
  readonly functions!: TestFunctionDto[];

  @ApiProperty({ type: 'integer', description: 'Until the whole answer was there.' })
  readonly tookMs!: number;
}

export class TestCallDto {
  @ApiProperty({ enum: ['text'], description: 'In writing alone: no sound was made or heard, and neither recogniser nor voice was asked.' }) // prettier-ignore
  readonly medium!: 'text';

  @ApiProperty({ enum: VERSIONS })
  readonly version!: (typeof VERSIONS)[number];

  @ApiProperty({ example: 'Hello, this is Ada, an AI.' })
  readonly greeting!: string;

  @ApiProperty({ type: [TestTurnDto] })
  readonly turns!: TestTurnDto[];

  @ApiProperty({ enum: ENDS, description: '`time-is-up`: 30 s were over; the last answer may not be whole.' })
  readonly endedBecause!: (typeof ENDS)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Where the agent would have sent the caller.' })
  readonly transferTo!: string | null;

  @ApiProperty({ type: CostTotalDto, description: 'At the models; it is in no call and in no day of `costs`.' })
  readonly cost!: CostTotalDto;
}
