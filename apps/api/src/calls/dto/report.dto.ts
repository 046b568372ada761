import {
  type FollowUp,
  REPORT_OUTCOMES,
  REPORT_SENTIMENTS,
  type ReportFailure,
  type ReportOutcome,
  type ReportSentiment,
} from '@app/persistence';
import { ApiProperty } from '@nestjs/swagger';

const FAILURES = [
  'answer-unfit',
  'answer-cut-off',
  'model-refused',
  'provider-refused',
  'provider-unavailable',
  'no-such-model',
  'broken',
] as const satisfies readonly ReportFailure[];

export class FollowUpDto {
  @ApiProperty({ example: 'Send the price list.' })
  readonly what!: string;

  @ApiProperty({ enum: ['centre', 'caller'], description: 'Who has to do it.' })
  readonly by!: FollowUp['by'];
}

export class ReportTokensDto {
  @ApiProperty({ type: 'integer' })
  readonly input!: number;

  @ApiProperty({ type: 'integer' })
  readonly output!: number;
}

/** Members that a failed report does not have are null. */
export class CallReportDto {
  @ApiProperty({ enum: ['ready', 'failed'], description: '`failed`: there is none, and none is tried for any more.' })
  readonly state!: 'ready' | 'failed';

  @ApiProperty({ description: 'The model; `rule` where the caller said nothing.', example: 'openai/gpt-6-luna' })
  readonly madeBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  readonly madeAt!: Date;

  @ApiProperty({ type: String, nullable: true, description: 'BCP 47 of the texts.', example: 'en-GB' })
  readonly language!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly summary!: string | null;

  @ApiProperty({ enum: REPORT_OUTCOMES, nullable: true, description: 'What came of it, for whoever called.' })
  readonly outcome!: ReportOutcome | null;

  @ApiProperty({ enum: REPORT_SENTIMENTS, nullable: true, description: 'How the caller sounded in words.' })
  readonly sentiment!: ReportSentiment | null;

  @ApiProperty({ type: [FollowUpDto], description: 'What was left to be done.' })
  readonly followUps!: FollowUpDto[];

  @ApiProperty({ type: ReportTokensDto, nullable: true, description: 'What it cost; null where it was not told.' })
  readonly tokens!: ReportTokensDto | null;

  @ApiProperty({ enum: FAILURES, nullable: true, description: 'Why there is none.' })
  readonly failure!: ReportFailure | null;
}
