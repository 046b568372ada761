import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { PageDto } from '../../http/page.dto.js';

export class AuditQueryDto extends PageDto {
  @ApiPropertyOptional({ type: String, example: 'agent.published' })
  @IsOptional()
  @IsString()
  @Length(1, 80)
  readonly action?: string;

  @ApiPropertyOptional({ type: String, example: 'agent' })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  readonly subjectType?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly subjectId?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Of a person or a key.' })
  @IsOptional()
  @IsUUID()
  readonly byId?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'From then on.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly since?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Before then.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly until?: string;
}

export class AuditAuthorDto {
  @ApiProperty({ enum: ['person', 'key', 'system'] })
  readonly kind!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly id!: string | null;

  @ApiProperty({ example: 'Ada' })
  readonly name!: string;
}

export class AuditSubjectDto {
  @ApiProperty({ example: 'agent' })
  readonly type!: string;

  @ApiProperty()
  readonly id!: string;
}

export class AuditEntryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ type: AuditAuthorDto })
  readonly by!: AuditAuthorDto;

  @ApiProperty({
    example: 'agent.published',
    description: 'What became so; of what was asked of a call, the operation: `hangUpCall`.',
  })
  readonly action!: string;

  @ApiProperty({ type: AuditSubjectDto, nullable: true })
  readonly subject!: AuditSubjectDto | null;

  @ApiProperty({
    description: 'Null where nothing was there, or nothing changed.',
    nullable: true,
    type: 'object',
    additionalProperties: true,
  })
  readonly before!: unknown;

  @ApiProperty({ nullable: true, type: 'object', additionalProperties: true })
  readonly after!: unknown;

  @ApiProperty({ type: String, nullable: true })
  readonly requestId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '192.0.2.7' })
  readonly address!: string | null;
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  readonly entries!: AuditEntryDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}
