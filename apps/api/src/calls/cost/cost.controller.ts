import { costTotalOf } from '@app/conversation/ports';
import { CostStore } from '@app/persistence';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../../auth/needs.js';
import { Problem } from '../../http/problem.js';
import { Fails } from '../../http/problem.dto.js';
import { TakesQuery } from '../../http/query.guard.js';
import { type Clock, InjectClock } from '../../process-parts.js';
import { CallId, CallIdInDocs } from '../desk/call-operation.js';
import { KnownAgents } from '../known-agents.js';
import { CallCosts } from './call-costs.js';
import { CallCostDto, DayCostsDto, ListCostsDto } from './cost.dto.js';
import { viewCost, viewDay, viewTotal } from './cost-view.js';

const DAY_MS = 24 * 3_600_000;
const MOST_DAYS = 92;
const USUAL_DAYS = 7;

/** What calls cost us at providers. */
@ApiTags('costs')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller()
export class CostController {
  constructor(
    private readonly costs: CallCosts,
    private readonly stored: CostStore,
    private readonly agents: KnownAgents,
    @InjectClock() private readonly clock: Clock,
  ) {}

  @Get('calls/:id/cost')
  @Needs('calls:read')
  @CallIdInDocs()
  @ApiOperation({
    operationId: 'getCallCost',
    summary: 'What a call costs at providers, turn by turn, what was wasted apart; of a live call, so far.',
  })
  @ApiOkResponse({ type: CallCostDto })
  @Fails('call.not-found', 'call.no-cost')
  async ofCall(@CallId() id: string): Promise<CallCostDto> {
    const known = await this.costs.of(id);
    if (known === 'unknown') throw new Problem('call.not-found');
    if (known === 'uncounted') throw new Problem('call.no-cost');
    return viewCost(known.cost, known.isFinal);
  }

  @Get('costs')
  @Needs('calls:read')
  @TakesQuery()
  @ApiOperation({ operationId: 'listCosts', summary: 'What calls cost at providers, by day and agent.' })
  @ApiOkResponse({ type: DayCostsDto })
  async byDay(@Query() query: ListCostsDto): Promise<DayCostsDto> {
    const { from, to } = this.#range(query);
    const days = await this.stored.days({ from, to, agentId: query.agentId });
    const lines = days.flatMap(({ providers }) => providers);
    const unpriced = [...new Set(days.flatMap((day) => day.unpriced))].sort();
    return {
      ...{ from, to, ...viewTotal({ ...costTotalOf(lines), unpriced }) },
      days: await Promise.all(days.map(async (day) => viewDay(day, day.agentId === null ? undefined : await this.agents.get(day.agentId)))), // prettier-ignore
    };
  }

  /** @throws Problem */
  #range({ from, to }: ListCostsDto): { from: string; to: string } {
    const last = to ?? dayOf(this.clock.date());
    mustBe(isDay(last), 'to', 'is no day');
    const first = from ?? dayOf(new Date(Date.parse(last) - (USUAL_DAYS - 1) * DAY_MS));
    mustBe(isDay(first), 'from', 'is no day');
    const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
    mustBe(days >= 1, 'from', 'must not be after to');
    mustBe(days <= MOST_DAYS, 'from', `must be less than ${MOST_DAYS} days before to`);
    return { from: first, to: last };
  }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** 31 April has the form of a day, and is none. */
const isDay = (day: string): boolean => !Number.isNaN(Date.parse(day)) && dayOf(new Date(day)) === day;

function mustBe(holds: boolean, field: string, problem: string): void {
  if (!holds) throw new Problem('request.invalid', { errors: [{ field, problem }] });
}
