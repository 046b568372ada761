import { ApiProperty } from '@nestjs/swagger';

export const VERBS = [
  'hangup',
  'say',
  'whisper',
  'mute',
  'unmute',
  'hold',
  'resume',
  'play',
  'hand-over',
  'take-over',
  'give-back',
  'transfer',
  'digits',
  'warm-transfer',
] as const;
export type CallVerb = (typeof VERBS)[number];

export class MutedDto {
  @ApiProperty()
  readonly caller!: boolean;

  @ApiProperty()
  readonly agent!: boolean;
}

export class DeskDto {
  @ApiProperty({ description: 'The caller hears music.' })
  readonly held!: boolean;

  @ApiProperty({ type: MutedDto })
  readonly muted!: MutedDto;

  @ApiProperty({ type: String, nullable: true, description: 'Who took the call over from its agent.' })
  readonly takenOverBy!: string | null;
}
