import type { EndReason } from '@app/conversation/ports';
import { type CallState, REPORT_OUTCOMES, type ReportOutcome } from '@app/persistence';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { LimitDto } from '../../http/page.dto.js';
import { END_REASONS } from './end-reasons.js';
import { IsDate, IsIn, IsOptional, IsUUID, Matches } from 'class-validator';

export const CALL_STATES = ['ringing', 'live', 'closing', 'ended', 'missed'] as const satisfies readonly CallState[];

const DIRECTIONS = ['inbound', 'outbound'] as const;

/** RFC 3339 with a zone: a time without one is a different instant for everybody. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;
const instantOf = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && INSTANT.test(value) ? new Date(value) : value;

export class ListCallsDto extends LimitDto {
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

  @ApiPropertyOptional({ enum: DIRECTIONS })
  @IsOptional()
  @IsIn(DIRECTIONS)
  readonly direction?: (typeof DIRECTIONS)[number];

  @ApiPropertyOptional({ type: String, example: '+441632960001', description: 'On either side, E.164.' })
  @IsOptional()
  @Matches(/^\+[1-9]\d{5,14}$/, { message: 'number must be + and digits' })
  readonly number?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Began then or later.' })
  @IsOptional()
  @Transform(instantOf)
  @IsDate()
  readonly since?: Date;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Began before then.' })
  @IsOptional()
  @Transform(instantOf)
  @IsDate()
  readonly until?: Date;

  @ApiPropertyOptional({ enum: END_REASONS })
  @IsOptional()
  @IsIn(END_REASONS)
  readonly endReason?: EndReason;

  @ApiPropertyOptional({ enum: REPORT_OUTCOMES, description: 'What its report says came of it.' })
  @IsOptional()
  @IsIn(REPORT_OUTCOMES)
  readonly outcome?: ReportOutcome;
}
