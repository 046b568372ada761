import { type Role, ROLES } from '@app/persistence';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../../http/is-email-address.js';
import { PersonDto } from '../../people/dto/person.dto.js';

export const PASSWORD = { least: 12, most: 200 } as const;

export class SignInDto {
  @ApiProperty({ format: 'email', example: 'ada@example.com' })
  @IsEmailAddress()
  @MaxLength(254)
  readonly email!: string;

  @ApiProperty({ format: 'password', example: 'correct horse battery staple' })
  @IsString()
  @Length(1, PASSWORD.most)
  readonly password!: string;
}

export class RefreshDto {
  @ApiProperty({ description: 'Works once.', example: 'cr_bm90IGEgdG9rZW4gb2YgYW55Ym9keSBhdCBhbGwhIQ' })
  @IsString()
  @Matches(/^[\w-]{1,100}$/, { message: 'refreshToken must be one that was given out' })
  readonly refreshToken!: string;
}

export class TokensDto {
  @ApiProperty({
    description: 'A JWT, to be sent as `Authorization: Bearer`.',
    example: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
  })
  readonly accessToken!: string;

  @ApiProperty({ type: 'integer', description: 'How long it works, in seconds.', example: 600 })
  readonly expiresInS!: number;

  @ApiProperty({
    description: 'Brings the next of both, once.',
    example: 'cr_bm90IGEgdG9rZW4gb2YgYW55Ym9keSBhdCBhbGwhIQ',
  })
  readonly refreshToken!: string;

  @ApiProperty({ type: PersonDto })
  readonly person!: PersonDto;
}

export class NewPasswordDto {
  @ApiProperty({
    format: 'password',
    minLength: PASSWORD.least,
    maxLength: PASSWORD.most,
    example: 'a new long password',
  })
  @IsString()
  @Length(PASSWORD.least, PASSWORD.most)
  readonly password!: string;
}

export class OwnPasswordDto extends NewPasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery staple' })
  @IsString()
  @Length(1, PASSWORD.most)
  readonly oldPassword!: string;
}

export class AskerDto {
  @ApiProperty({ enum: ['person', 'key'] })
  readonly kind!: 'person' | 'key';

  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Ada' })
  readonly name!: string;

  @ApiProperty({ enum: ROLES, nullable: true, type: String, description: 'Of a person.' })
  readonly role!: Role | null;

  @ApiProperty({ type: [String], description: 'What may be done.', example: ['calls:read'] })
  readonly scopes!: string[];
}
