import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsObject, IsString, IsUUID, Length, Matches, Max, Min, ValidateIf } from 'class-validator';

const CONDITIONS_EXAMPLE = { numbers: ['+441632960000'], languages: ['fr'], loadBelow: 0.8 };

export class NewRuleDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 80,
    description: 'Stands in the record of a call.',
    example: 'French callers',
  })
  @IsString()
  @Length(1, 80)
  readonly name!: string;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 1_000_000, description: 'Lowest first.', example: 10 })
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  readonly place!: number;

  @ApiProperty()
  @IsBoolean()
  readonly enabled!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'All must be so: `numbers` (ours, that was called), `callerPrefixes`, `hours`, `languages` (of the contact), ' +
      '`contact` (known, unknown), `spokeBefore`, `loadBelow` (of the agent’s lines, 0 to 1). None: for every call.',
    example: CONDITIONS_EXAMPLE,
  })
  @IsObject()
  readonly conditions!: object;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Who takes the call; or null, and transferTo.',
  })
  @ValidateIf((_body, agentId) => agentId !== null)
  @IsUUID()
  readonly agentId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A number elsewhere that is rung.', example: null })
  @ValidateIf((_body, number) => number !== null)
  @Matches(/^\+[1-9]\d{5,14}$/, { message: 'transferTo must be a number with + and digits, or null' })
  readonly transferTo!: string | null;
}

export class RuleDto extends NewRuleDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'integer', description: 'Changes with it; the same as its ETag.' })
  readonly revision!: number;
}

export class RuleListDto {
  @ApiProperty({ type: [RuleDto], description: 'In the order in which they are asked; 200 at most.' })
  readonly rules!: RuleDto[];
}
