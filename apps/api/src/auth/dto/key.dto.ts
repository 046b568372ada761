import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsIn, IsString, Length } from 'class-validator';
import { type Scope, SCOPES } from '../scopes.js';

export class NewKeyDto {
  @ApiProperty({ minLength: 1, maxLength: 80, description: 'Who will hold it.', example: 'the CRM' })
  @IsString()
  @Length(1, 80)
  readonly name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, description: 'At most your own.', example: ['calls:read'] })
  @ArrayNotEmpty()
  @ArrayMaxSize(SCOPES.length)
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  readonly scopes!: Scope[];
}

export class KeyDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'the CRM' })
  readonly name!: string;

  @ApiProperty({ type: [String], example: ['calls:read'] })
  readonly scopes!: string[];

  @ApiProperty({ description: 'Its first characters, to tell keys apart.', example: 'cn_Zm9vYm' })
  readonly prefix!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute.' })
  readonly lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly revokedAt!: string | null;

  @ApiPropertyOptional({ description: 'The key itself: told once, when it is made.', example: 'cn_Zm9vYmFy…' })
  readonly key?: string;
}

export class KeyPageDto {
  @ApiProperty({ type: [KeyDto] })
  readonly keys!: KeyDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}
