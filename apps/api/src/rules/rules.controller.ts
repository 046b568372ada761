import { conditionFaults, type Outdated, type RoutingRule, RoutingRuleStore, type RuleFacts } from '@app/persistence';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
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
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { NewRuleDto, RuleDto, RuleListDto } from './dto/rule.dto.js';

const RuleId = () => Param('id', idOf('rule.not-found'));
const RuleIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('routing rules')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('routing-rules')
export class RulesController {
  constructor(private readonly rules: RoutingRuleStore) {}

  @Get()
  @Needs('numbers:read')
  @ApiOperation({
    operationId: 'listRules',
    summary: 'Which agent takes a call: the first rule that is for it decides.',
  })
  @ApiOkResponse({ type: RuleListDto })
  async list(): Promise<RuleListDto> {
    return { rules: await this.rules.list() };
  }

  @Post()
  @Needs('numbers:write')
  @AuditsItself()
  @ApiOperation({ operationId: 'createRule', summary: 'A further rule; calls go by it five seconds later.' })
  @ApiCreatedResponse({ type: RuleDto })
  @Fails('rule.too-many')
  @Fails('number.no-agent')
  async create(@AskedBy() asker: Asker, @Body() rule: NewRuleDto): Promise<RuleDto> {
    const made = await refusedAs(this.rules.create(asker, checked(rule)), REFUSALS);
    if (made === 'full') throw new Problem('rule.too-many');
    return told(made);
  }

  @Get(':id')
  @Needs('numbers:read')
  @RuleIdInDocs()
  @ApiOperation({ operationId: 'getRule', summary: 'One rule.' })
  @ApiOkResponse({ type: RuleDto })
  @Fails('rule.not-found')
  async get(@RuleId() id: string): Promise<RuleDto> {
    return told((await this.rules.get(id)) ?? 'unknown');
  }

  @Put(':id')
  @Needs('numbers:write')
  @AuditsItself()
  @RuleIdInDocs()
  @ApiOperation({ operationId: 'replaceRule', summary: 'The rule as a whole; calls go by it five seconds later.' })
  @ApiOkResponse({ type: RuleDto })
  @Fails('rule.not-found')
  @Fails('number.no-agent')
  @WantsRevision()
  async replace(
    @AskedBy() asker: Asker,
    @RuleId() id: string,
    @SeenRevision() revision: number,
    @Body() rule: NewRuleDto,
  ): Promise<RuleDto> {
    return told(await refusedAs(this.rules.replace(asker, { id, revision }, checked(rule)), REFUSALS));
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('numbers:write')
  @AuditsItself()
  @RuleIdInDocs()
  @ApiOperation({ operationId: 'removeRule', summary: 'No call goes by it any more.' })
  @ApiNoContentResponse()
  @Fails('rule.not-found')
  @WantsRevision()
  async remove(@AskedBy() asker: Asker, @RuleId() id: string, @SeenRevision() revision: number): Promise<void> {
    mustBeThere(await this.rules.remove(asker, { id, revision }), 'rule.not-found');
  }
}

/** @throws Problem that names all that is wrong */
function checked({ conditions, ...rule }: NewRuleDto): RuleFacts {
  const faults = conditionFaults(conditions).map(({ field, problem }) => ({
    ...{ field: field === 'conditions' ? field : `conditions.${field}`, problem },
  }));
  const aims = (rule.agentId === null) === (rule.transferTo === null);
  const aimless = aims ? [{ field: 'agentId', problem: 'or transferTo must be there, and not both' }] : [];
  const errors = [...faults, ...aimless];
  if (errors.length > 0) throw new Problem('request.invalid', { errors });
  return { ...rule, conditions: conditions as RuleFacts['conditions'] };
}

const REFUSALS = { notFound: 'number.no-agent' } as const;

const told = (rule: RoutingRule | Outdated): RuleDto => mustBeThere(rule, 'rule.not-found');
