import type { Attempt } from '@app/persistence';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, Validate, ValidatorConstraint } from 'class-validator';

const E164 = /^\+[1-9]\d{5,14}$/;
const WAYS = ['ivr-callback', 'callback'] as const;
const MOST_VARIABLES = 30;
const MOST_CHARACTERS = 500;

@ValidatorConstraint({ name: 'variables' })
export class AreVariables {
  validate(value: unknown): boolean {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const entries = Object.entries(value);
    const isOne = ([name, text]: [string, unknown]) =>
      /^\w{1,40}$/.test(name) && typeof text === 'string' && text.length <= MOST_CHARACTERS;
    return entries.length <= MOST_VARIABLES && entries.every(isOne);
  }

  defaultMessage(): string {
    return `must be up to ${MOST_VARIABLES} texts of up to ${MOST_CHARACTERS} characters, by names of letters and digits`;
  }
}

export class PlaceCallDto {
  @ApiProperty({ example: 'reception', description: 'Id or slug of the agent that speaks.' })
  @IsString()
  @Matches(/^[\w-]{1,64}$/, { message: 'must be an id or a slug' })
  readonly agent!: string;

  @ApiProperty({ example: '+441632960001', description: 'Whom to call: E.164.' })
  @Matches(E164, { message: 'must be a number with + and digits' })
  readonly to!: string;

  @ApiPropertyOptional({
    type: String,
    example: '+441632960000',
    description: "One of the agent's numbers; else its first.",
  })
  @IsOptional()
  @Matches(E164, { message: 'must be a number with + and digits' })
  readonly from?: string;

  @ApiPropertyOptional({ enum: WAYS, description: 'The one that is configured, if not said.' })
  @IsOptional()
  @IsIn(WAYS)
  readonly way?: (typeof WAYS)[number];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What the agent is told of this call; fills {{name}} in its greeting and persona.',
  })
  @IsOptional()
  @Validate(AreVariables)
  readonly variables?: Record<string, string>;

  @ApiPropertyOptional({ type: 'integer', minimum: 20, maximum: 300, description: 'How long it may ring.' })
  @IsOptional()
  @IsInt()
  @Min(20)
  @Max(300)
  readonly ringTimeoutS?: number;
}

const STATES = ['dialling', 'connected', 'over', 'uncertain'] as const;
const OUTCOMES = [
  'answered',
  'busy',
  'no-answer',
  'voicemail',
  'failed',
  'uncertain',
] as const satisfies readonly Attempt['outcome'][];

export class PlacedCallDto {
  @ApiProperty({ format: 'uuid', description: 'The call, under this id from now on.' })
  readonly id!: string;

  @ApiProperty({
    enum: STATES,
    description:
      '`dialling`: asked for, and not settled. `uncertain`: whether it was placed is not known, and it is not placed again by itself.',
  })
  readonly state!: (typeof STATES)[number];

  @ApiProperty({ enum: OUTCOMES, nullable: true })
  readonly outcome!: Attempt['outcome'];

  @ApiProperty({ enum: WAYS })
  readonly way!: string;

  @ApiProperty({ example: '+441632960000' })
  readonly from!: string;

  @ApiProperty({ example: '+441632960001' })
  readonly to!: string;
}

export const viewPlaced = ({ callId, state, outcome, way, number, to }: Attempt): PlacedCallDto => ({
  ...{ id: callId, outcome, way, from: number, to },
  state: state === 'attempting' || state === 'doubtful' ? 'dialling' : state,
});
