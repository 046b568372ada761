import { type CallState } from '@app/persistence';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';

export const CALL_STATES = ['ringing', 'live', 'closing', 'ended', 'missed'] as const satisfies readonly CallState[];

export class ListCallsDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 25 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit: number = 25;

  @ApiPropertyOptional({ type: String, description: '`nextCursor` of the page before, with the same filters.' })
  @IsOptional()
  @Matches(/^[\w.:~-]{1,80}$/, { message: 'cursor must be a nextCursor' })
  readonly cursor?: string;

  @ApiPropertyOptional({ enum: CALL_STATES })
  @IsOptional()
  @IsIn(CALL_STATES)
  readonly state?: CallState;

  @ApiPropertyOptional({ type: String, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  readonly agentId?: string;

  @ApiPropertyOptional({ type: String, description: "The carrier's own id." })
  @IsOptional()
  @Matches(/^[\w.:-]{1,100}$/, { message: 'carrierCallId must be an id of a carrier' })
  readonly carrierCallId?: string;
}
