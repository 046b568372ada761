import { ApiProperty } from '@nestjs/swagger';

export class ProviderCheckDto {
  @ApiProperty({ example: 'openai' })
  readonly vendor!: string;

  @ApiProperty({
    enum: ['ok', 'warning', 'wrong'],
    enumName: 'ProviderCheckState',
    description: 'warning: it works today, and a model of it ends. wrong: calls that need it fail.',
  })
  readonly state!: 'ok' | 'warning' | 'wrong';

  @ApiProperty({
    example: 'the key works, and gpt-4o is there; openai/gpt-4o ends on 2027-01-14',
    description: 'What works, and which models end, in one line for people; with no part of a key.',
  })
  readonly says!: string;

  @ApiProperty({ type: String, nullable: true, example: 'change to openai/gpt-6-luna', description: 'Null: nothing.' })
  readonly toDo!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How long the vendor took to answer, in ms; null where it was not asked.',
  })
  readonly tookMs!: number | null;
}

export class ProviderCheckListDto {
  @ApiProperty({ format: 'date-time', description: 'When the vendors were asked.' })
  readonly checkedAt!: string;

  @ApiProperty({ type: 'integer', example: 60, description: 'Until then this node tells the same again, in seconds.' })
  readonly freshForS!: number;

  @ApiProperty({ type: [ProviderCheckDto], description: 'One for each account that is configured.' })
  readonly providers!: ProviderCheckDto[];
}
