import { ApiProperty } from '@nestjs/swagger';

export class ProviderDto {
  @ApiProperty({ enum: ['recogniser', 'model', 'voice'], enumName: 'ProviderStage' })
  readonly stage!: 'recogniser' | 'model' | 'voice';

  @ApiProperty({ example: 'openai/gpt-6-luna', description: 'As agents name it.' })
  readonly name!: string;

  @ApiProperty({ example: 'api.openai.com', description: 'Where it is reached.' })
  readonly host!: string;

  @ApiProperty({
    enum: ['closed', 'open', 'probing'],
    enumName: 'BreakerState',
    description: 'closed: it is asked. open: it failed, and is not asked. probing: one call tries whether it is back.',
  })
  readonly state!: 'closed' | 'open' | 'probing';

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'To the first of an answer, in ms: a moving average over all nodes; null before there was any.',
  })
  readonly latencyMs!: number | null;

  @ApiProperty({ type: 'integer', description: 'Questions, and sessions of recognisers, that are open on this node.' })
  readonly inUse!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Sockets that calls have with it on this node; those of a voice beyond what is in use are idle.',
  })
  readonly sessions!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'For how long nobody got an answer, in ms.' })
  readonly downForMs!: number | null;

  @ApiProperty({ type: 'integer', description: 'Times that it took over a stage of a call on this node.' })
  readonly switchesTo!: number;

  @ApiProperty({ type: 'integer', description: 'Times that another took over from it on this node.' })
  readonly switchesFrom!: number;
}

export class ProviderListDto {
  @ApiProperty({ type: [ProviderDto] })
  readonly providers!: ProviderDto[];
}
