import { CarrierError } from '@app/conversation/ports';
import { type BookedNumber, hoursFaultsOf, NumberBook, type OpeningHours, type Outdated } from '@app/persistence';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Optional,
  Param,
  Patch,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AuditsItself } from '../audit/audits.js';
import { AskedBy, type Asker } from '../auth/asker.js';
import { Needs } from '../auth/needs.js';
import { SeenRevision } from '../http/etag.js';
import { WantsRevision } from '../http/etag-docs.js';
import { idOf } from '../http/id.pipe.js';
import { mustBeThere, refusedAs } from '../http/outcome.js';
import { PageDto } from '../http/page.dto.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { CARRIER_NUMBERS, type CarrierNumbers } from './carrier-numbers.js';
import {
  NewNumberDto,
  NumberChangesDto,
  NumberDto,
  NumberPageDto,
  NumberSyncDto,
  StandInsDto,
} from './dto/number.dto.js';

/** `https://…`, as carriers are told. */
export const PUBLIC_URL = Symbol('public url');

const NumberId = () => Param('id', idOf('number.not-found'));
const NumberIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('numbers')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('numbers')
export class NumbersController {
  constructor(
    private readonly numbers: NumberBook,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Optional() @Inject(CARRIER_NUMBERS) private readonly atCarrier?: CarrierNumbers,
  ) {}

  @Get()
  @TakesQuery()
  @Needs('numbers:read')
  @ApiOperation({ operationId: 'listNumbers', summary: 'Our numbers, and who answers them; newest first.' })
  @ApiOkResponse({ type: NumberPageDto })
  async list(@Query() page: PageDto): Promise<NumberPageDto> {
    const { numbers, nextCursor } = await this.numbers.list(page);
    return { numbers: numbers.map(viewNumber), nextCursor };
  }

  @Post()
  @Needs('numbers:write')
  @AuditsItself()
  @ApiOperation({ operationId: 'createNumber', summary: 'A number of ours that is entered by hand.' })
  @ApiCreatedResponse({ type: NumberDto })
  @Fails('number.exists')
  @Fails('number.no-agent')
  async create(
    @AskedBy() asker: Asker,
    @Body() { carrier, e164, label = '', agentId = null }: NewNumberDto,
  ): Promise<NumberDto> {
    const made = await refusedAs(this.numbers.create(asker, { carrier, e164, label, agentId }), REFUSALS);
    return this.#withAddress(made);
  }

  @Post('sync')
  @HttpCode(200)
  @Needs('numbers:write')
  @AuditsItself()
  @ApiOperation({ operationId: 'syncNumbers', summary: 'Takes up the numbers of the account at Ringover.' })
  @ApiOkResponse({ type: NumberSyncDto })
  @Fails('carrier.not-configured')
  @Fails('carrier.failed')
  async sync(@AskedBy() asker: Asker): Promise<NumberSyncDto> {
    if (!this.atCarrier) throw new Problem('carrier.not-configured');
    const {
      added,
      known: count,
      missing,
    } = await this.numbers.sync(asker, this.atCarrier.carrier, await this.#found());
    return { added: [...added], known: count, missing: [...missing] };
  }

  @Get(':id')
  @Needs('numbers:read')
  @NumberIdInDocs()
  @ApiOperation({ operationId: 'getNumber', summary: 'One number of ours.' })
  @ApiOkResponse({ type: NumberDto })
  @Fails('number.not-found')
  async get(@NumberId() id: string): Promise<NumberDto> {
    return told((await this.numbers.get(id)) ?? 'unknown');
  }

  @Patch(':id')
  @Needs('numbers:write')
  @AuditsItself()
  @NumberIdInDocs()
  @ApiOperation({ operationId: 'changeNumber', summary: 'Its label, or who answers it.' })
  @ApiOkResponse({ type: NumberDto })
  @Fails('number.not-found')
  @Fails('number.no-agent')
  @WantsRevision()
  async change(
    @AskedBy() asker: Asker,
    @NumberId() id: string,
    @SeenRevision() revision: number,
    @Body() { label, agentId }: NumberChangesDto,
  ): Promise<NumberDto> {
    return told(await refusedAs(this.numbers.change(asker, { id, revision }, { label, agentId }), REFUSALS));
  }

  @Put(':id/agents')
  @Needs('numbers:write')
  @AuditsItself()
  @NumberIdInDocs()
  @ApiOperation({ operationId: 'setStandIns', summary: 'Who may take its calls besides its own agent, and when.' })
  @ApiOkResponse({ type: NumberDto })
  @Fails('number.not-found')
  @Fails('number.no-agent')
  @WantsRevision()
  async setStandIns(
    @AskedBy() asker: Asker,
    @NumberId() id: string,
    @SeenRevision() revision: number,
    @Body() { agents }: StandInsDto,
  ): Promise<NumberDto> {
    mustFit(agents);
    const standIns = agents.map(({ agentId, hours }) => ({ agentId, hours: (hours ?? null) as OpeningHours | null }));
    return told(await refusedAs(this.numbers.setStandIns(asker, { id, revision }, standIns), REFUSALS));
  }

  @Post(':id/stream-url')
  @HttpCode(200)
  @Needs('numbers:write')
  @AuditsItself()
  @NumberIdInDocs()
  @ApiOperation({
    operationId: 'renewStreamUrl',
    summary: 'A new address for its sound, told this once. The old one is refused from now on.',
  })
  @ApiOkResponse({ type: NumberDto })
  @Fails('number.not-found')
  @WantsRevision()
  async renewStreamUrl(
    @AskedBy() asker: Asker,
    @NumberId() id: string,
    @SeenRevision() revision: number,
  ): Promise<NumberDto> {
    const made = await this.numbers.renewToken(asker, { id, revision });
    return this.#withAddress(mustBeThere(made, 'number.not-found'));
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('numbers:write')
  @AuditsItself()
  @NumberIdInDocs()
  @ApiOperation({ operationId: 'removeNumber', summary: 'It is ours no more: its sound is refused.' })
  @ApiNoContentResponse()
  @Fails('number.not-found')
  @WantsRevision()
  async remove(@AskedBy() asker: Asker, @NumberId() id: string, @SeenRevision() revision: number): Promise<void> {
    mustBeThere(await this.numbers.remove(asker, { id, revision }), 'number.not-found');
  }

  #withAddress(made: { number: BookedNumber; mediaToken: string }): NumberDto {
    const address = `${this.publicUrl.replace(/^http/, 'ws')}/api/v1/media/${made.number.carrier}/${made.mediaToken}`;
    return { ...told(made.number), streamUrl: address };
  }

  async #found(): Promise<{ e164: string; label: string }[]> {
    try {
      return (await this.atCarrier?.list()) ?? [];
    } catch (error) {
      if (error instanceof CarrierError && !error.retryable) throw new Problem('carrier.failed', {}, { cause: error });
      throw error;
    }
  }
}

const REFUSALS = { notFound: 'number.no-agent', conflict: 'number.exists' } as const;

function mustFit(agents: StandInsDto['agents']): void {
  const faults = agents.flatMap(({ hours }, index) =>
    hoursFaultsOf(hours ?? null).map(({ field, problem }) => ({ field: `agents.${index}.hours.${field}`, problem })),
  );
  const twice = agents.flatMap(({ agentId }, index) =>
    agents.findIndex((one) => one.agentId === agentId) < index
      ? [{ field: `agents.${index}.agentId`, problem: 'stands there already' }]
      : [],
  );
  if (faults.length + twice.length > 0) throw new Problem('request.invalid', { errors: [...faults, ...twice] });
}

const told = (number: BookedNumber | Outdated): NumberDto => viewNumber(mustBeThere(number, 'number.not-found'));

const viewNumber = ({ seenAt, standIns, ...number }: BookedNumber): NumberDto => ({
  ...number,
  standIns: [...standIns],
  seenAt: seenAt?.toISOString() ?? null,
});
