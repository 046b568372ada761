import type { FeedItem } from '@app/live-state';
import { Controller, Get, Headers, HttpStatus, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger'; // prettier-ignore
import type { Response } from 'express';
import { askerIn } from '../auth/asker.js';
import { Guests } from '../auth/guests.js';
import { Needs } from '../auth/needs.js';
import { EventStream } from '../http/event-stream.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { type Clock, InjectClock } from '../process-parts.js';
import { CallReader } from './call-reader.js';
import { CallStory } from './call-story.js';
import { CallId, CallIdInDocs } from './desk/call-operation.js';
import { AfterDto, ListEventsDto, type StoryItemDto, StoryPageDto, WaterfallDto } from './dto/story.dto.js';
import { waterfallOf } from './waterfall.js';

const IS_NUMBER = /^\d{1,15}$/;
const WORDS: ReadonlySet<string> = new Set(['caller.spoke', 'agent.spoke', 'call.ended']);

const LastEventId = () => Headers('last-event-id');
const StreamInDocs = () => ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } });
const ResumesInDocs = () =>
  ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The `id` of the last event that came; a browser sends it by itself.' }); // prettier-ignore
const OverInDocs = () => ApiNoContentResponse({ description: 'The call is over, and all of it was told.' });

/** What happens in a call, as it happens and afterwards. */
@ApiTags('calls')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls/:id')
export class StoryController {
  constructor(
    private readonly story: CallStory,
    private readonly calls: CallReader,
    private readonly guests: Guests,
    @InjectClock() private readonly clock: Clock,
  ) {}

  @Get('events')
  @Needs('calls:read')
  @TakesQuery()
  @CallIdInDocs()
  @ApiOperation({ operationId: 'listCallEvents', summary: 'What happened, in order; also what was said.' })
  @ApiOkResponse({ type: StoryPageDto })
  @Fails('call.not-found')
  async events(@CallId() id: string, @Query() { after = 0, limit }: ListEventsDto): Promise<StoryPageDto> {
    const story = await this.story.read(id);
    if (!story) throw new Problem('call.not-found');
    const items = story.items.filter(({ seq }) => seq > after);
    return { events: items.slice(0, limit).map(viewItem), isOver: story.isOver && items.length <= limit };
  }

  @Get('events/stream')
  @Needs('calls:read')
  @TakesQuery()
  @CallIdInDocs()
  @ApiOperation({ operationId: 'streamCallEvents', summary: 'The same as it happens: server-sent events.' })
  @ApiProduces('text/event-stream')
  @ResumesInDocs()
  @StreamInDocs()
  @OverInDocs()
  @Fails('call.not-found')
  stream(
    @CallId() id: string,
    @Query() query: AfterDto,
    @LastEventId() last: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    // prettier-ignore
    return this.#tell(id, { after: afterOf(query, last), isWanted: () => true }, response);
  }

  @Get('transcript/stream')
  @Needs('calls:read')
  @TakesQuery()
  @CallIdInDocs()
  @ApiOperation({
    operationId: 'streamCallTranscript',
    summary: 'The transcript as it grows: `caller.spoke`, `agent.spoke`, and `call.ended` at last.',
  })
  @ApiProduces('text/event-stream')
  @ResumesInDocs()
  @StreamInDocs()
  @OverInDocs()
  @Fails('call.not-found')
  transcript(
    @CallId() id: string,
    @Query() query: AfterDto,
    @LastEventId() last: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    // prettier-ignore
    return this.#tell(id, { after: afterOf(query, last), isWanted: ({ event }) => WORDS.has(event.type) }, response);
  }

  @Get('latency')
  @Needs('calls:read')
  @CallIdInDocs()
  @ApiOperation({ operationId: 'getCallLatency', summary: 'How long each stage of each turn took.' })
  @ApiOkResponse({ type: WaterfallDto })
  @Fails('call.not-found')
  async latency(@CallId() id: string): Promise<WaterfallDto> {
    const call = await this.calls.get(id);
    if (!call) throw new Problem('call.not-found');
    return { turns: call.latencies.map(waterfallOf) };
  }

  async #tell(
    id: string,
    { after, isWanted }: { after: number; isWanted: (item: FeedItem) => boolean },
    response: Response,
  ): Promise<void> {
    const story = await this.story.read(id);
    if (!story) throw new Problem('call.not-found');
    if (story.isOver && (story.items.at(-1)?.seq ?? 0) <= after) {
      response.status(HttpStatus.NO_CONTENT).end();
      return;
    }
    const stream = new EventStream(response, this.clock);
    const gone = this.guests.stay(askerIn(response.req), ['calls:read'], () => stream.close());
    const tell = (item: FeedItem) => {
      if (isWanted(item)) stream.send(item.seq, item.event.type, { callId: item.callId, ...viewItem(item) });
    };
    await this.story.follow(id, after, tell, stream.gone).finally(() => {
      gone();
      stream.close();
    });
  }
}

/** The header wins: it is what a browser sends when it comes back. @throws Problem */
function afterOf({ after = 0 }: AfterDto, last: string | undefined): number {
  if (last === undefined) return after;
  if (IS_NUMBER.test(last)) return Number(last);
  throw new Problem('request.invalid', { errors: [{ field: 'Last-Event-ID', problem: 'must be the id of an event' }] });
}

const viewItem = ({ seq, atMs, event: { type, ...data } }: FeedItem): StoryItemDto => ({ seq, atMs, type, data });
