import { ApiProperty } from '@nestjs/swagger';

export class HungUpDto {
  @ApiProperty({ enum: ['done'] })
  readonly state!: 'done';

  @ApiProperty({ enum: ['hung-up'] })
  readonly effect!: 'hung-up';
}

export class QueuedCommandDto {
  @ApiProperty({ enum: ['queued'] })
  readonly state!: 'queued';

  @ApiProperty()
  readonly commandId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Its place in the queue of the process that has the call.' })
  readonly place!: number;
}
