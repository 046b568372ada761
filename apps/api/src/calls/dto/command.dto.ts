import type { CommandEffect } from '@app/conversation';
import { PHRASE_NAMES, type PhraseName, SOUND_NAMES, type SoundName } from '@app/conversation/ports';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { MayBeAbsent } from '../../http/may-be-absent.js';

const EFFECTS = [
  'hung-up',
  'saying',
  'waiting-to-say',
  'noted',
  'muted',
  'unmuted',
  'held',
  'resumed',
  'playing',
  'digits-sent',
  'transferring',
  'calling-person',
  'handed-over',
  'taken-over',
  'given-back',
] as const satisfies readonly CommandEffect[];
const TRANSFERS = ['cold', 'warm'] as const;
const SIDES = ['caller', 'agent'] as const;
const E164 = /^\+[1-9]\d{5,14}$/;
/** Something that can be said: not blank, and no longer than a minute or two of speech. */
const SAYABLE = /^(?=[\s\S]*\S)[\s\S]{1,1000}$/;
const IS_SAYABLE = { message: 'must be 1 to 1000 characters, and not blank' };

export class CommandDoneDto {
  @ApiProperty({ enum: ['done'] })
  readonly state!: 'done';

  @ApiProperty({
    enum: EFFECTS,
    description: '`waiting-to-say`: as soon as the caller has said what they are saying.',
  })
  readonly effect!: string;

  @ApiProperty({ description: 'Stands in the event `command.obeyed` too.' })
  readonly commandId!: string;
}

export class QueuedCommandDto {
  @ApiProperty({ enum: ['queued'] })
  readonly state!: 'queued';

  @ApiProperty()
  readonly commandId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Its place in the queue of the process that has the call.' })
  readonly place!: number;
}

export class CommandDto {
  @ApiProperty()
  readonly commandId!: string;

  @ApiProperty({
    enum: ['queued', 'done', 'refused', 'failed'],
    description: '`queued`: its process has not answered. `failed`: what of it was done is not known.',
  })
  readonly state!: 'queued' | 'done' | 'refused' | 'failed';

  @ApiProperty({ enum: EFFECTS, nullable: true })
  readonly effect!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The code of the problem, when it was refused.' })
  readonly code!: string | null;
}

export class SayDto {
  @ApiProperty({ example: 'We close at six.', maxLength: 1000 })
  @Matches(SAYABLE, IS_SAYABLE)
  readonly text!: string;
}

export class WhisperDto {
  @ApiProperty({ example: 'Offer ten per cent off.', maxLength: 1000, description: 'For the agent alone.' })
  @Matches(SAYABLE, IS_SAYABLE)
  readonly text!: string;
}

export class MuteDto {
  @ApiProperty({
    enum: SIDES,
    description: '`caller`: the agent does not hear them. `agent`: it says nothing, and answers when it is unmuted.',
  })
  @IsIn(SIDES)
  readonly side!: (typeof SIDES)[number];
}

export class ResumeDto {
  @ApiPropertyOptional({ maxLength: 1000, description: 'Said first; else the agent goes on in its own words.' })
  @MayBeAbsent()
  @Matches(SAYABLE, IS_SAYABLE)
  readonly text?: string;
}

export class PlayDto {
  @ApiPropertyOptional({ enum: SOUND_NAMES, description: 'Exactly one of `sound` and `phrase`.' })
  @MayBeAbsent()
  @IsIn(SOUND_NAMES)
  readonly sound?: SoundName;

  @ApiPropertyOptional({ enum: PHRASE_NAMES, description: "One of the agent's own, which needs no provider." })
  @MayBeAbsent()
  @IsIn(PHRASE_NAMES)
  readonly phrase?: PhraseName;
}

export class DigitsDto {
  @ApiProperty({ example: '12', description: 'DTMF, sent to the other side.' })
  @Matches(/^[\d*#]{1,32}$/, { message: 'must be 1 to 32 of 0-9, * and #' })
  readonly digits!: string;
}

export class TransferDto {
  @ApiProperty({ example: '+441632960002', description: 'E.164.' })
  @Matches(E164, { message: 'must be a number with + and digits' })
  readonly to!: string;

  @ApiPropertyOptional({ maxLength: 1000, description: 'Said before.' })
  @MayBeAbsent()
  @Matches(SAYABLE, IS_SAYABLE)
  readonly text?: string;

  @ApiPropertyOptional({
    enum: TRANSFERS,
    default: 'cold',
    description:
      '`cold`: the call is theirs, and leaves us. `warm`: they are called, told what it is about and asked, while the caller hears music; the events `person.*` tell the rest.',
  })
  @MayBeAbsent()
  @IsIn(TRANSFERS)
  readonly mode?: (typeof TRANSFERS)[number];

  @ApiPropertyOptional({
    maxLength: 1000,
    description: 'With `warm`: what the person is told of the call; else what the caller said last.',
  })
  @MayBeAbsent()
  @Matches(SAYABLE, IS_SAYABLE)
  readonly briefing?: string;
}

export class HandOverDto {
  @ApiProperty({ example: 'sales', description: 'Id or slug of the agent that has the call from now on.' })
  @Matches(/^[\w-]{1,64}$/, { message: 'must be an id or a slug' })
  readonly agent!: string;
}

export class GiveBackDto {
  @ApiPropertyOptional({ maxLength: 1000, description: 'For the agent alone, as a whisper is.' })
  @MayBeAbsent()
  @Matches(SAYABLE, IS_SAYABLE)
  readonly note?: string;
}
