import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../../http/may-be-absent.js';

/** Those whose audio sockets end here. */
const CARRIERS = ['ringover', 'twilio', 'vonage'] as const;
const HOURS_EXAMPLE = { timezone: 'Europe/Paris', week: { mon: [{ from: '09:00', to: '18:00' }] } };

export class NumberChangesDto {
  @ApiPropertyOptional({ maxLength: 80, example: 'reception' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(80)
  readonly label?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'Who answers it; null: nobody.' })
  @ValidateIf((_body, agentId) => agentId !== null && agentId !== undefined)
  @IsUUID()
  readonly agentId?: string | null;
}

export class NewNumberDto extends NumberChangesDto {
  @ApiProperty({ enum: CARRIERS })
  @IsIn(CARRIERS)
  readonly carrier!: string;

  @ApiProperty({ pattern: '^\\+[1-9]\\d{5,14}$', example: '+441632960000' })
  @Matches(/^\+[1-9]\d{5,14}$/, { message: 'e164 must be a number with + and digits' })
  readonly e164!: string;
}

export class NewStandInDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  readonly agentId!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'When it stands in; null: whenever it is open.',
    example: HOURS_EXAMPLE,
  })
  @ValidateIf((_body, hours) => hours !== null && hours !== undefined)
  @IsObject()
  readonly hours?: object | null;
}

export class StandInsDto {
  @ApiProperty({ type: [NewStandInDto], maxItems: 20, description: 'In the order in which they are asked.' })
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => NewStandInDto)
  readonly agents!: NewStandInDto[];
}

export class NumberAgentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Ada' })
  readonly name!: string;
}

export class StandInDto {
  @ApiProperty({ format: 'uuid' })
  readonly agentId!: string;

  @ApiProperty({ example: 'Ada' })
  readonly name!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: HOURS_EXAMPLE })
  readonly hours!: unknown;
}

export class NumberDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ enum: CARRIERS })
  readonly carrier!: string;

  @ApiProperty({ example: '+441632960000' })
  readonly e164!: string;

  @ApiProperty({ example: 'reception' })
  readonly label!: string;

  @ApiProperty({ type: NumberAgentDto, nullable: true, description: 'Who answers it.' })
  readonly agent!: NumberAgentDto | null;

  @ApiProperty({ type: [StandInDto], description: 'Who may take its calls besides, when calls are routed.' })
  readonly standIns!: StandInDto[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the carrier last named it.' })
  readonly seenAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'Changes with it; the same as its ETag.' })
  readonly revision!: number;

  @ApiPropertyOptional({
    description: 'Where the carrier streams its sound to. Secret; told when it is made, and never again.',
    example: 'wss://voice.example.com/api/v1/media/ringover/…',
  })
  readonly streamUrl?: string;
}

export class NumberPageDto {
  @ApiProperty({ type: [NumberDto] })
  readonly numbers!: NumberDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}

export class NumberSyncDto {
  @ApiProperty({ type: [String], description: 'New here; nobody answers them yet.', example: ['+441632960001'] })
  readonly added!: string[];

  @ApiProperty({ type: 'integer', description: 'Named by the carrier, and known.' })
  readonly known!: number;

  @ApiProperty({ type: [String], description: 'Known, and not named by the carrier; left as they are.' })
  readonly missing!: string[];
}
