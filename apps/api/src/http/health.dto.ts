import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  @ApiProperty({ enum: ['up'] })
  readonly status!: 'up';
}

export class ReadyDto {
  @ApiProperty({ enum: ['ready'] })
  readonly status!: 'ready';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'down', 'draining'] },
    example: { postgres: 'up', redis: 'up', node: 'up' },
  })
  readonly checks!: Record<string, 'up' | 'down' | 'draining'>;
}
