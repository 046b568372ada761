import { ApiProperty } from '@nestjs/swagger';

const COUNT = { type: 'integer', example: 0 } as const;
const MS = { type: 'integer', example: 0, description: 'Milliseconds.' } as const;

export class LineCountsDto {
  @ApiProperty({ ...COUNT, description: 'Of 20 ms each, from the caller; silence for what the carrier did not send.' })
  readonly framesIn!: number;

  @ApiProperty(MS)
  readonly soundInMs!: number;

  @ApiProperty({ ...COUNT, description: 'Messages of sound to the carrier.' })
  readonly chunksOut!: number;

  @ApiProperty(MS)
  readonly soundOutMs!: number;

  @ApiProperty({ ...COUNT, description: 'Times that the carrier was told to drop what it held: interruptions.' })
  readonly clears!: number;
}

export class MessageCountsDto {
  @ApiProperty(COUNT)
  readonly caller!: number;

  @ApiProperty(COUNT)
  readonly agent!: number;
}

export class TranscriptionDto {
  @ApiProperty({ example: 'Where is my order?' })
  readonly text!: string;

  @ApiProperty({ type: 'integer', description: 'Milliseconds on the clock of the call.' })
  readonly atMs!: number;

  @ApiProperty({ description: 'The recogniser will not change it any more.' })
  readonly settled!: boolean;
}

export class CallStatsDto {
  @ApiProperty()
  readonly isLive!: boolean;

  @ApiProperty({ type: 'integer', description: 'Milliseconds, so far.' })
  readonly durationMs!: number;

  @ApiProperty({ type: LineCountsDto, nullable: true, description: 'Null: its node did not tell in time, or nobody counted.' }) // prettier-ignore
  readonly line!: LineCountsDto | null;

  @ApiProperty({ ...COUNT, description: "The caller's turns." })
  readonly turns!: number;

  @ApiProperty({ type: MessageCountsDto, description: 'Utterances in the transcript.' })
  readonly messages!: MessageCountsDto;

  @ApiProperty({ ...COUNT, description: 'Replies that the caller cut off.' })
  readonly interruptions!: number;

  @ApiProperty({ type: TranscriptionDto, nullable: true, description: 'What the recogniser said last.' })
  readonly lastTranscription!: TranscriptionDto | null;
}
