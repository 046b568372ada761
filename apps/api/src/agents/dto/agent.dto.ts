import { ApiProperty } from '@nestjs/swagger';

export class AgentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'reception' })
  readonly slug!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ example: 'fr-FR', description: 'BCP 47 of what it speaks.' })
  readonly language!: string;

  @ApiProperty({ type: 'integer', description: 'The version that new calls get.' })
  readonly liveVersion!: number;

  @ApiProperty({ type: 'integer', description: 'How many calls it may have at once.' })
  readonly lines!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'How many it has now; null when that cannot be known.' })
  readonly linesInUse!: number | null;

  @ApiProperty({ type: [String], description: 'Our numbers that it answers.', example: ['+441632960000'] })
  readonly numbers!: string[];
}

export class AgentListDto {
  @ApiProperty({ type: [AgentDto] })
  readonly agents!: AgentDto[];
}
