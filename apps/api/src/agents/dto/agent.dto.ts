import type { AgentState } from '@app/persistence';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsOptional, IsString, Length, Matches, Max, Min, ValidateIf } from 'class-validator';
import { LimitDto, PageDto } from '../../http/page.dto.js';
import { MayBeAbsent } from '../../http/may-be-absent.js';

export const AGENT_STATES = ['live', 'unpublished', 'retired'] as const satisfies readonly AgentState[];
const LISTED = [...AGENT_STATES, 'any'] as const;

export class ListAgentsDto extends PageDto {
  @ApiPropertyOptional({ enum: LISTED, default: 'live' })
  @IsIn(LISTED)
  readonly state: (typeof LISTED)[number] = 'live';
}

export class AgentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'reception' })
  readonly slug!: string;

  @ApiProperty({ example: 'Ada' })
  readonly name!: string;

  @ApiProperty({
    enum: AGENT_STATES,
    description: 'It takes calls; it has no version yet; or it takes none any more.',
  })
  readonly state!: AgentState;

  @ApiProperty({ type: String, nullable: true, example: 'fr-FR', description: 'BCP 47 of what it speaks.' })
  readonly language!: string | null;

  @ApiProperty({ type: 'integer', description: 'The version that new calls get; 0: none yet.' })
  readonly liveVersion!: number;

  @ApiProperty({ description: 'Whether there are settings that are worked on.' })
  readonly hasDraft!: boolean;

  @ApiProperty({ type: 'integer', description: 'How many calls it may have at once.' })
  readonly lines!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'How many it has now; null when that cannot be known.' })
  readonly linesInUse!: number | null;

  @ApiProperty({ type: [String], description: 'Our numbers that it answers.', example: ['+441632960000'] })
  readonly numbers!: string[];

  @ApiProperty({ type: 'integer', description: 'Changes with it; the same as its ETag.' })
  readonly revision!: number;
}

export class AgentListDto {
  @ApiProperty({ type: [AgentDto] })
  readonly agents!: AgentDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}

const SETTINGS_EXAMPLE = { agent: { name: 'Ada', language: 'en-GB' }, greeting: 'Hello, this is Ada, an AI.' };

export class SettingsDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Need not be whole yet; what is missing is told.',
    example: SETTINGS_EXAMPLE,
  })
  @IsObject()
  readonly settings!: object;
}

export class NewAgentDto extends SettingsDto {
  @ApiProperty({ pattern: '^[a-z0-9-]{1,60}$', example: 'reception', description: 'Stable; for people and programs.' })
  @Matches(/^[a-z0-9-]{1,60}$/, { message: 'slug must be 1 to 60 of a-z, 0-9 and -' })
  readonly slug!: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 80, description: 'Until its first version says how it is called.' })
  @MayBeAbsent()
  @IsString()
  @Length(1, 80)
  readonly name?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1_000, nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly lines?: number | null;
}

export class AgentChangesDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: 1_000,
    nullable: true,
    description: 'How many calls it may have at once; null: as many as the installation gives.',
  })
  @ValidateIf((_body, lines) => lines !== null)
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly lines!: number | null;
}

export class RollBackDto {
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly version!: number;
}

export class SettingsFaultDto {
  @ApiProperty({ example: 'turns.pauseMs' })
  readonly field!: string;

  @ApiProperty({ example: 'Invalid input: expected int, received undefined' })
  readonly problem!: string;
}

export class DraftDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'What is worked on; without a draft, what is live.',
  })
  readonly settings!: unknown;

  @ApiProperty({ type: 'integer', description: 'Of the agent; the same as its ETag.' })
  readonly revision!: number;

  @ApiProperty({ type: [SettingsFaultDto], description: 'All that keeps it from being published.' })
  readonly faults!: SettingsFaultDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Who worked on it last; null: there is no draft.' })
  readonly author!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly changedAt!: string | null;
}

export class ListVersionsDto extends LimitDto {
  @ApiPropertyOptional({ type: String, description: '`nextCursor` of the page before.' })
  @IsOptional()
  @Matches(/^\d{1,7}$/, { message: 'cursor must be a nextCursor' })
  readonly cursor?: string;
}

export class AgentVersionDto {
  @ApiProperty({ type: 'integer' })
  readonly number!: number;

  @ApiProperty({ example: 'Ada' })
  readonly author!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Only where one is asked for.' })
  readonly settings?: unknown;
}

export class AgentVersionPageDto {
  @ApiProperty({ type: [AgentVersionDto] })
  readonly versions!: AgentVersionDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the page after; null on the last one.' })
  readonly nextCursor!: string | null;
}

export class DiffQueryDto {
  @ApiProperty({ description: 'A version, or `draft`.', example: '1' })
  @Matches(/^(draft|\d{1,7})$/, { message: 'from must be a version, or draft' })
  readonly from!: string;

  @ApiProperty({ description: 'A version, or `draft`.', example: 'draft' })
  @Matches(/^(draft|\d{1,7})$/, { message: 'to must be a version, or draft' })
  readonly to!: string;
}

export class DifferenceDto {
  @ApiProperty({ example: 'turns.pauseMs' })
  readonly path!: string;

  @ApiProperty({ description: 'Null: not there.', nullable: true, example: 500 })
  readonly before!: unknown;

  @ApiProperty({ description: 'Null: not there.', nullable: true, example: 400 })
  readonly after!: unknown;
}

export class DiffDto {
  @ApiProperty({ type: [DifferenceDto] })
  readonly differences!: DifferenceDto[];
}

export class AgentCallDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The version that it began with.' })
  readonly version!: number | null;

  @ApiProperty({ format: 'date-time' })
  readonly startedAt!: string;
}

export class AgentStatusDto {
  @ApiProperty({ enum: AGENT_STATES })
  readonly state!: AgentState;

  @ApiProperty({ type: 'integer' })
  readonly lines!: number;

  @ApiProperty({ type: 'integer', description: 'Of all processes.' })
  readonly linesInUse!: number;

  @ApiProperty({ type: [AgentCallDto], description: 'Calls that it has now.' })
  readonly calls!: AgentCallDto[];

  @ApiProperty({ type: [SettingsFaultDto], description: 'What keeps it from taking a call here; none: it can.' })
  readonly faults!: SettingsFaultDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why its greeting and phrases could not be rendered on this node, as a code; calls have them made meanwhile. It is tried again.',
    example: 'provider.unreachable',
  })
  readonly phraseFault!: string | null;
}
