import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

export class AfterDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, description: 'Only what comes after this number.', default: 0 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after?: number;
}

export class ListEventsDto extends AfterDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 200 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  readonly limit: number = 200;
}

export class StoryItemDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Counts from 1 in each call, without gaps; the same on every feed.',
  })
  readonly seq!: number;

  @ApiProperty({ type: 'number', description: 'Milliseconds on the clock of the call.' })
  readonly atMs!: number;

  @ApiProperty({ example: 'turn.ended' })
  readonly type!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly data!: Readonly<Record<string, unknown>>;
}

export class StoryPageDto {
  @ApiProperty({ type: [StoryItemDto] })
  readonly events!: StoryItemDto[];

  @ApiProperty({ description: 'Nothing more comes after the last of them.' })
  readonly isOver!: boolean;
}

export class LatencyStageDto {
  @ApiProperty({ enum: ['settle', 'decide', 'ask', 'first-token', 'sentence', 'voice', 'play'] })
  readonly stage!: string;

  @ApiProperty({ type: 'integer', description: 'Milliseconds on the clock of the call.' })
  readonly fromMs!: number;

  @ApiProperty({ type: 'integer' })
  readonly toMs!: number;

  @ApiProperty({ type: 'integer' })
  readonly tookMs!: number;
}

export class TurnWaterfallDto {
  @ApiProperty({ type: 'integer' })
  readonly turn!: number;

  @ApiProperty({ description: 'The reply was begun before the turn ended: stages then overlap.' })
  readonly speculated!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: "From the caller's last sound to the reply's first." })
  readonly responseMs!: number | null;

  @ApiProperty({ type: [LatencyStageDto], description: 'In order of time; those that the turn came to.' })
  readonly stages!: LatencyStageDto[];
}

export class WaterfallDto {
  @ApiProperty({ type: [TurnWaterfallDto] })
  readonly turns!: TurnWaterfallDto[];
}
