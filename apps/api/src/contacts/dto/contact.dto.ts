import { CONSENT_PURPOSES, type ConsentPurpose } from '@app/persistence';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { PageDto } from '../../http/page.dto.js';
import { MayBeAbsent } from '../../http/may-be-absent.js';

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

export class ListContactsDto extends PageDto {
  @ApiPropertyOptional({ type: String, maxLength: 80, description: 'Part of a name or a number.', example: 'durand' })
  @IsOptional()
  @IsString()
  @Length(1, 80)
  readonly q?: string;
}

export class ContactChangesDto {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 120, example: 'Léa Durand' })
  @ValidateIf((_body, name) => name !== null && name !== undefined)
  @IsString()
  @Length(1, 120)
  readonly name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'BCP 47.', example: 'fr-FR' })
  @ValidateIf((_body, language) => language !== null && language !== undefined)
  @Matches(LANGUAGE, { message: 'language must be a BCP 47 tag' })
  readonly language?: string | null;

  @ApiPropertyOptional({ description: 'No call is placed to them.' })
  @MayBeAbsent()
  @IsBoolean()
  readonly doNotCall?: boolean;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { company: 'ACME' } })
  @MayBeAbsent()
  @IsObject()
  readonly notes?: Record<string, unknown>;
}

export class NewContactDto extends ContactChangesDto {
  @ApiProperty({ pattern: '^\\+[1-9]\\d{5,14}$', example: '+33612345678' })
  @Matches(/^\+[1-9]\d{5,14}$/, { message: 'e164 must be a number with + and digits' })
  readonly e164!: string;
}

export class NewConsentDto {
  @ApiProperty({ enum: CONSENT_PURPOSES })
  @IsIn(CONSENT_PURPOSES)
  readonly purpose!: ConsentPurpose;

  @ApiProperty({ description: 'False: it was refused, or taken back.' })
  @IsBoolean()
  readonly given!: boolean;

  @ApiProperty({ maxLength: 200, description: 'How it is known.', example: 'web form' })
  @IsString()
  @Length(1, 200)
  readonly source!: string;
}

export class ConsentDto extends NewConsentDto {
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
}

export class ContactDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: '+33612345678' })
  readonly e164!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Léa Durand' })
  readonly name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'fr-FR' })
  readonly language!: string | null;

  @ApiProperty()
  readonly doNotCall!: boolean;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly notes!: Record<string, unknown>;

  @ApiProperty({ type: [ConsentDto], description: 'What counts now, for each purpose of which anything is known.' })
  readonly consents!: ConsentDto[];

  @ApiProperty({ type: 'integer', description: 'Changes with it; the same as its ETag.' })
  readonly revision!: number;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

export class ContactPageDto {
  @ApiProperty({ type: [ContactDto] })
  readonly contacts!: ContactDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}

export class ConsentListDto {
  @ApiProperty({ type: [ConsentDto], description: 'All that was ever said, newest first.' })
  readonly consents!: ConsentDto[];
}

export class CallAgentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Ada' })
  readonly name!: string;
}

export class ContactCallDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ enum: ['inbound', 'outbound'] })
  readonly direction!: 'inbound' | 'outbound';

  @ApiProperty({ example: 'ended' })
  readonly state!: string;

  @ApiProperty({ type: CallAgentDto, nullable: true })
  readonly agent!: CallAgentDto | null;

  @ApiProperty({ format: 'date-time' })
  readonly startedAt!: string;

  @ApiProperty({ type: String, nullable: true, example: 'caller-hung-up' })
  readonly endReason!: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  readonly durationMs!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of its report.' })
  readonly summary!: string | null;
}

export class ContactCallPageDto {
  @ApiProperty({ type: [ContactCallDto] })
  readonly calls!: ContactCallDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}
