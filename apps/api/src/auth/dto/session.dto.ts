import { ApiProperty } from '@nestjs/swagger';

export class SessionDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ description: 'Whether it is the one that asks.' })
  readonly isCurrent!: boolean;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When it last got new tokens; one that is in use does every ten minutes.',
  })
  readonly renewedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'However often it is renewed.' })
  readonly expiresAt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'From where it was begun.', example: '192.0.2.7' })
  readonly address!: string | null;
}

export class SessionPageDto {
  @ApiProperty({ type: [SessionDto] })
  readonly sessions!: SessionDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}
