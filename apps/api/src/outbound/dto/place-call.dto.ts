import { type Attempt, CONSENT_PURPOSES, type ConsentPurpose, RETRIED } from '@app/persistence';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsDate, IsIn, IsInt, IsObject, IsString, IsUUID, Matches, Max, MaxLength, Min, MinLength, Validate, ValidateNested, ValidatorConstraint } from 'class-validator'; // prettier-ignore
import { TRY_OUTCOMES, TRY_STATES } from '../../calls/dto/order.dto.js';
import { tryStateOf } from '../../calls/order-reader.js';
import { instantOf } from '../../http/instant.js';
import { MayBeAbsent } from '../../http/may-be-absent.js';

const E164 = /^\+[1-9]\d{5,14}$/;
const WAYS = ['ivr-callback', 'callback'] as const;
const MOST_VARIABLES = 30;
const MOST_CHARACTERS = 500;
const LONGEST_MESSAGE = 1_000;
const HOURS_EXAMPLE = { timezone: 'Europe/Paris', week: { mon: [{ from: '09:00', to: '18:00' }] } };
const MACHINE_GETS = ['hang-up', 'leave-message', 'carry-on'] as const;
const INSTANT = { type: String, format: 'date-time' } as const;

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

export class RetriesDto {
  @ApiProperty({
    enum: RETRIED,
    isArray: true,
    description: 'After which of them. `machine`: a machine took the call, and got no message.',
  })
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(RETRIED.length)
  @IsIn(RETRIED, { each: true })
  readonly after!: (typeof RETRIED)[number][];

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10, description: 'At most so many tries after the first.' })
  @IsInt()
  @Min(1)
  @Max(10)
  readonly most!: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 604_800, example: 900, description: 'Between two tries.' })
  @IsInt()
  @Min(1)
  @Max(604_800)
  readonly waitS!: number;
}

export class OnMachineDto {
  @ApiProperty({ enum: MACHINE_GETS, description: 'A message is left after the tone; then the call ends.' })
  @IsIn(MACHINE_GETS)
  readonly then!: (typeof MACHINE_GETS)[number];

  @ApiPropertyOptional({ type: String, maxLength: LONGEST_MESSAGE, description: 'The message; {{name}} is filled.' })
  @MayBeAbsent()
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_MESSAGE)
  readonly text?: string;
}

export class PlaceCallDto {
  @ApiPropertyOptional({ type: String, example: 'reception', description: 'Id or slug of the agent that speaks.' })
  @MayBeAbsent()
  @IsString()
  @Matches(/^[\w-]{1,64}$/, { message: 'must be an id or a slug' })
  readonly agent?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    description: 'In place of the agent: a rule, whose agent speaks.',
  })
  @MayBeAbsent()
  @IsUUID()
  readonly rule?: string;

  @ApiProperty({ example: '+441632960001', description: 'Whom to call: E.164.' })
  @Matches(E164, { message: 'must be a number with + and digits' })
  readonly to!: string;

  @ApiPropertyOptional({
    type: String,
    example: '+441632960000',
    description: "One of the agent's numbers; else its first.",
  })
  @MayBeAbsent()
  @Matches(E164, { message: 'must be a number with + and digits' })
  readonly from?: string;

  @ApiPropertyOptional({ enum: WAYS, description: 'The one that is configured, if not said.' })
  @MayBeAbsent()
  @IsIn(WAYS)
  readonly way?: (typeof WAYS)[number];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What the agent is told of this call; fills {{name}} in its greeting and persona, and in the message.',
  })
  @MayBeAbsent()
  @Validate(AreVariables)
  readonly variables?: Record<string, string>;

  @ApiPropertyOptional({ type: 'integer', minimum: 20, maximum: 300, description: 'How long it may ring.' })
  @MayBeAbsent()
  @IsInt()
  @Min(20)
  @Max(300)
  readonly ringTimeoutS?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 10, default: 5, description: '1 goes first.' })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(10)
  readonly priority?: number;

  @ApiPropertyOptional({ ...INSTANT, description: 'Not dialled before then.' })
  @MayBeAbsent()
  @Transform(instantOf)
  @IsDate()
  readonly notBefore?: Date;

  @ApiPropertyOptional({ ...INSTANT, description: 'Not dialled after then: what waits for a line ends as `expired`.' })
  @MayBeAbsent()
  @Transform(instantOf)
  @IsDate()
  readonly notAfter?: Date;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Dialled only then, on a clock of their own; a day that is not named is closed.',
    example: HOURS_EXAMPLE,
  })
  @MayBeAbsent()
  @IsObject()
  readonly hours?: object;

  @ApiPropertyOptional({ type: RetriesDto, description: 'None, if not said.' })
  @MayBeAbsent()
  @ValidateNested()
  @Type(() => RetriesDto)
  @IsObject()
  readonly retries?: RetriesDto;

  @ApiPropertyOptional({ type: OnMachineDto, description: 'What an answering machine gets; `carry-on` if not said.' })
  @MayBeAbsent()
  @ValidateNested()
  @Type(() => OnMachineDto)
  @IsObject()
  readonly onMachine?: OnMachineDto;

  @ApiPropertyOptional({ enum: CONSENT_PURPOSES, description: 'What the contact must have agreed to.' })
  @MayBeAbsent()
  @IsIn(CONSENT_PURPOSES)
  readonly consent?: ConsentPurpose;
}

export class PlacedCallDto {
  @ApiProperty({ format: 'uuid', description: 'The call, under this id from now on.' })
  readonly id!: string;

  @ApiProperty({
    enum: TRY_STATES,
    description:
      '`queued`: to be dialled when its time, its turn and a line have come. `dialling`: asked for, and not settled. `uncertain`: whether it was placed is not known, and it is not placed again by itself.',
  })
  readonly state!: (typeof TRY_STATES)[number];

  @ApiProperty({ enum: TRY_OUTCOMES, nullable: true })
  readonly outcome!: Attempt['outcome'];

  @ApiProperty({ enum: WAYS })
  readonly way!: string;

  @ApiProperty({ example: '+441632960000' })
  readonly from!: string;

  @ApiProperty({ example: '+441632960001' })
  readonly to!: string;

  @ApiProperty({ ...INSTANT, description: 'It is dialled then or later.' })
  readonly dueAt!: Date;
}

export const viewPlaced = ({ callId, state, outcome, way, number, to, dueAt }: Attempt): PlacedCallDto => ({
  ...{ id: callId, outcome, way, from: number, to, dueAt },
  state: tryStateOf(state),
});
