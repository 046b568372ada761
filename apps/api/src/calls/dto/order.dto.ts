import type { Attempt } from '@app/persistence';
import { ApiProperty } from '@nestjs/swagger';

const INSTANT = { type: String, format: 'date-time' } as const;
export const TRY_STATES = ['queued', 'dialling', 'connected', 'over', 'uncertain'] as const;
export const TRY_OUTCOMES = [
  'answered',
  'busy',
  'no-answer',
  'voicemail',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
] as const satisfies readonly Attempt['outcome'][];

export class OrderTryDto {
  @ApiProperty({ format: 'uuid', description: 'Each try is a call of its own.' })
  readonly callId!: string;

  @ApiProperty({ type: 'integer' })
  readonly number!: number;

  @ApiProperty({ enum: TRY_STATES })
  readonly state!: (typeof TRY_STATES)[number];

  @ApiProperty({ enum: TRY_OUTCOMES, nullable: true })
  readonly outcome!: Attempt['outcome'];

  @ApiProperty({ type: String, nullable: true, example: 'outbound.no-stream', description: 'Why it failed.' })
  readonly failure!: string | null;

  @ApiProperty({ ...INSTANT, description: 'It was due then, or is.' })
  readonly dueAt!: Date;
}

export class OrderDto {
  @ApiProperty({ format: 'uuid', description: 'The call of its first try.' })
  readonly id!: string;

  @ApiProperty({ type: 'integer', description: '1 goes first, 10 last.' })
  readonly priority!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Place of the waiting try among those of its agent that are due when it is; null: none waits.',
  })
  readonly place!: number | null;

  @ApiProperty({ ...INSTANT, nullable: true, description: 'The waiting try is dialled then or later.' })
  readonly dueAt!: Date | null;

  @ApiProperty({ ...INSTANT, nullable: true })
  readonly notAfter!: Date | null;

  @ApiProperty({ type: [OrderTryDto], description: 'In their order.' })
  readonly tries!: OrderTryDto[];
}
