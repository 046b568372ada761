import { type Role, ROLES } from '@app/persistence';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../../http/is-email-address.js';
import { MayBeAbsent } from '../../http/may-be-absent.js';

export class PersonDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'email', example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ example: 'Ada' })
  readonly name!: string;

  @ApiProperty({ enum: ROLES })
  readonly role!: Role;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when they cannot sign in.' })
  readonly disabledAt!: string | null;
}

export class PersonPageDto {
  @ApiProperty({ type: [PersonDto] })
  readonly people!: PersonDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}

export class NewPersonDto {
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.com' })
  @IsEmailAddress()
  @MaxLength(254)
  readonly email!: string;

  @ApiProperty({ minLength: 1, maxLength: 80, example: 'Ada' })
  @IsString()
  @Length(1, 80)
  readonly name!: string;

  @ApiProperty({ enum: ROLES, description: 'At most your own.' })
  @IsIn(ROLES)
  readonly role!: Role;

  @ApiProperty({ format: 'password', minLength: 12, maxLength: 200, example: 'correct horse battery staple' })
  @IsString()
  @Length(12, 200)
  readonly password!: string;
}

export class PersonChangesDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 80, example: 'Ada' })
  @MayBeAbsent()
  @IsString()
  @Length(1, 80)
  readonly name?: string;

  @ApiPropertyOptional({ enum: ROLES })
  @MayBeAbsent()
  @IsIn(ROLES)
  readonly role?: Role;

  @ApiPropertyOptional({ description: 'Ends all their sessions, and lets them begin none.' })
  @MayBeAbsent()
  @IsBoolean()
  readonly disabled?: boolean;
}
