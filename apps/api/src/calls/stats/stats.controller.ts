import { statsOf } from '@app/conversation';
import { Commands, LiveCalls } from '@app/live-state';
import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../../auth/needs.js';
import { Problem } from '../../http/problem.js';
import { Fails } from '../../http/problem.dto.js';
import { type Clock, InjectClock } from '../../process-parts.js';
import { CallReader } from '../call-reader.js';
import { CallId, CallIdInDocs } from '../desk/call-operation.js';
import { CallStatsDto, type LineCountsDto } from './stats.dto.js';

const COUNTS = ['framesIn', 'soundInMs', 'chunksOut', 'soundOutMs', 'clears'] as const;

/** A call in figures: from its log, and of a live one what its node has counted. */
@ApiTags('calls')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls')
export class StatsController {
  constructor(
    private readonly calls: CallReader,
    private readonly live: LiveCalls,
    private readonly commands: Commands,
    @InjectClock() private readonly clock: Clock,
  ) {}

  @Get(':id/stats')
  @Needs('calls:read')
  @CallIdInDocs()
  @ApiOperation({
    operationId: 'getCallStats',
    summary: 'How long it is, what went over its line each way, how much was said, and what was understood last.',
  })
  @ApiOkResponse({ type: CallStatsDto })
  @Fails('call.not-found', 'call.no-log')
  async stats(@CallId() id: string): Promise<CallStatsDto> {
    const live = await this.live.get(id);
    const isLive = live?.state === 'live';
    const [entries, counted] = await Promise.all([this.calls.entriesOf(id), isLive ? this.#askNode(id) : null]);
    if (!entries && !isLive)
      throw new Problem((await this.calls.stateOf(id)) === 'unknown' ? 'call.not-found' : 'call.no-log');
    const stats = statsOf(entries ?? []);
    if (!isLive) return { ...stats, isLive };
    const durationMs = Math.max(0, this.clock.date().getTime() - Date.parse(live.startedAt));
    return { ...stats, isLive, durationMs, line: counted };
  }

  /** Null when its node does not tell within a second. */
  async #askNode(id: string): Promise<LineCountsDto | null> {
    const answer = await this.commands.send(id, { type: 'tell-counts', author: 'stats' });
    return answer.state === 'done' && answer.counts ? countsOf(answer.counts) : null;
  }
}

const countsOf = (counts: Readonly<Record<string, number>>): LineCountsDto =>
  Object.fromEntries(COUNTS.map((name) => [name, counts[name] ?? 0])) as unknown as LineCountsDto;
