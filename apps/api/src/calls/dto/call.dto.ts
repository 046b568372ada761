import type { EndReason, HeardBasis, PersonMissed, ReplyKind } from '@app/conversation/ports';
import type { CallEnding, CallState } from '@app/persistence';
import { ApiProperty } from '@nestjs/swagger';
import { CostTotalDto } from '../cost/cost.dto.js';
import { type CallVerb, DeskDto, VERBS } from './desk.dto.js';
import { END_REASONS } from './end-reasons.js';
import { CALL_STATES } from './list-calls.dto.js';
import { OrderDto } from './order.dto.js';

const INSTANT = { type: String, format: 'date-time' } as const;
const MS = { type: 'integer', description: 'Milliseconds on the clock of the call.' } as const;
const REPLY_KINDS = [
  'greeting',
  'answer',
  'prompt',
  'filler',
  'recovery',
  'goodbye',
  'command',
  'message',
] as const satisfies readonly ReplyKind[];

const LEG_OUTCOMES = ['joined', 'busy', 'no-answer', 'declined', 'machine', 'failed', 'cancelled'] as const satisfies readonly (PersonMissed | 'joined')[]; // prettier-ignore

export class CallAgentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'reception' })
  readonly slug!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ type: 'integer', description: 'The version that the call began with.' })
  readonly version!: number;
}

export class CallSummaryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    enum: CALL_STATES,
    description:
      '`queued`: ordered, and not dialled yet; see order. `closing`: the line is closed and the record not stored yet.',
  })
  readonly state!: CallState;

  @ApiProperty({ enum: ['inbound', 'outbound'] })
  readonly direction!: 'inbound' | 'outbound';

  @ApiProperty({ example: 'ringover' })
  readonly carrier!: string;

  @ApiProperty({ type: String, nullable: true, description: "The carrier's own id; null until it is known." })
  readonly carrierCallId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+441632960001' })
  readonly from!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+441632960000' })
  readonly to!: string | null;

  @ApiProperty({ type: CallAgentDto, nullable: true })
  readonly agent!: CallAgentDto | null;

  @ApiProperty({ type: String, nullable: true, description: 'The process that carries it or did.' })
  readonly nodeId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Which rule gave the call to this agent.' })
  readonly routedBy!: string | null;

  @ApiProperty({ ...INSTANT, nullable: true })
  readonly ringingAt!: Date | null;

  @ApiProperty(INSTANT)
  readonly startedAt!: Date;

  @ApiProperty({ ...INSTANT, nullable: true })
  readonly answeredAt!: Date | null;

  @ApiProperty({ ...INSTANT, nullable: true })
  readonly endedAt!: Date | null;

  @ApiProperty({ enum: END_REASONS, nullable: true })
  readonly endReason!: EndReason | null;

  @ApiProperty({
    enum: ['confirmed', 'assumed'],
    nullable: true,
    description: 'Whether the carrier said that it ended.',
  })
  readonly ending!: CallEnding | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'From line up to its end; null while it is up.' })
  readonly durationMs!: number | null;

  @ApiProperty({ type: CostTotalDto, nullable: true, description: 'At providers; null until the record is stored.' })
  readonly cost!: CostTotalDto | null;
}

export class CallPageDto {
  @ApiProperty({ type: [CallSummaryDto] })
  readonly calls!: CallSummaryDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Ask with it for the next page; null on the last.' })
  readonly nextCursor!: string | null;
}

export class TranscriptSegmentDto {
  @ApiProperty({ type: 'integer' })
  readonly seq!: number;

  @ApiProperty({ type: 'integer' })
  readonly turn!: number;

  @ApiProperty({ enum: ['caller', 'agent'] })
  readonly speaker!: 'caller' | 'agent';

  @ApiProperty({ description: 'The caller: as understood. The agent: what it set out to say.' })
  readonly said!: string;

  @ApiProperty({ description: 'The agent: what the caller heard of it. The caller: as said.' })
  readonly heard!: string;

  @ApiProperty(MS)
  readonly startMs!: number;

  @ApiProperty(MS)
  readonly endMs!: number;

  @ApiProperty()
  readonly interrupted!: boolean;

  @ApiProperty({
    enum: ['carrier', 'clock'],
    nullable: true,
    description: 'How what was heard is known. Caller: null.',
  })
  readonly basis!: HeardBasis | null;

  @ApiProperty({ enum: REPLY_KINDS, nullable: true })
  readonly kind!: ReplyKind | null;

  @ApiProperty({ type: Number, nullable: true, description: '0 to 1; null for the agent.' })
  readonly confidence!: number | null;
}

export class TurnLatencyDto {
  @ApiProperty({ type: 'integer' })
  readonly turn!: number;

  @ApiProperty({ ...MS, nullable: true, description: "The caller's last sound." })
  readonly voiceStoppedMs!: number | null;

  @ApiProperty({ ...MS, nullable: true })
  readonly wordsSettledMs!: number | null;

  @ApiProperty({ ...MS, nullable: true })
  readonly turnEndedMs!: number | null;

  @ApiProperty({ ...MS, nullable: true })
  readonly askedMs!: number | null;

  @ApiProperty({ ...MS, nullable: true })
  readonly firstTokenMs!: number | null;

  @ApiProperty({ ...MS, nullable: true })
  readonly firstSentenceMs!: number | null;

  @ApiProperty({ ...MS, nullable: true })
  readonly firstAudioMs!: number | null;

  @ApiProperty({ ...MS, nullable: true, description: 'The first frame of the reply went out.' })
  readonly audibleMs!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: "The whole turn: from the caller's last sound to it." })
  readonly responseMs!: number | null;

  @ApiProperty({ description: 'The reply was begun before the turn ended.' })
  readonly speculated!: boolean;
}

export class CallEventDto {
  @ApiProperty({ type: 'integer' })
  readonly seq!: number;

  @ApiProperty(MS)
  readonly atMs!: number;

  @ApiProperty({ example: 'overlap.decided' })
  readonly type!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly data!: Readonly<Record<string, unknown>>;
}

export class CallLegDto {
  @ApiProperty({ example: '+441632960001' })
  readonly number!: string;

  @ApiProperty(MS)
  readonly calledMs!: number;

  @ApiProperty({
    enum: LEG_OUTCOMES,
    nullable: true,
    description: '`joined`: they speak, or spoke, with the caller. Else why they do not; null while they are called.',
  })
  readonly outcome!: (typeof LEG_OUTCOMES)[number] | null;

  @ApiProperty({ ...MS, nullable: true, description: 'On the clock of the call; null while it lasts.' })
  readonly endedMs!: number | null;
}

export class CarrierNoteDto {
  @ApiProperty({ example: 'recording', description: 'Which kinds there are grows with what carriers tell.' })
  readonly type!: string;

  @ApiProperty(INSTANT)
  readonly at!: Date;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { link: 'https://…', durationS: 61 } })
  readonly data!: Readonly<Record<string, unknown>>;
}

export class CallDto extends CallSummaryDto {
  @ApiProperty({ enum: VERBS, isArray: true, description: 'What can be asked of it now: `POST calls/{id}/<verb>`.' })
  readonly can!: CallVerb[];

  @ApiProperty({ type: DeskDto, nullable: true, description: 'What operators have set; null when it is not live.' })
  readonly desk!: DeskDto | null;

  @ApiProperty({
    type: OrderDto,
    nullable: true,
    description: 'What it belongs to, if we placed it or will; else null.',
  })
  readonly order!: OrderDto | null;

  @ApiProperty({ description: 'Its sound is kept, and can be had at `recording`.' })
  readonly hasRecording!: boolean;

  @ApiProperty({ type: [TranscriptSegmentDto], description: 'Of a live call: as it stands.' })
  readonly transcript!: TranscriptSegmentDto[];

  @ApiProperty({ type: [TurnLatencyDto] })
  readonly latencies!: TurnLatencyDto[];

  @ApiProperty({ type: [CallEventDto], description: 'What happened, without what was said: that is the transcript.' })
  readonly events!: CallEventDto[];

  @ApiProperty({ type: [CallLegDto], description: 'Persons who were called to take it over, in that order.' })
  readonly legs!: CallLegDto[];

  @ApiProperty({
    type: [CarrierNoteDto],
    description:
      'What the carrier added, oldest first, also after the end: recordings, voicemail, comments, tags, transcriptions, summaries, codes, and short messages between its two numbers.',
  })
  readonly carrierNotes!: CarrierNoteDto[];
}
