import type { Clock } from '@app/kernel';
import type { Outdated } from './agent-draft.store.js';
import { type Author, noteIn } from './audit.store.js';
import type { Prisma } from './generated/prisma/client.js';
import { candidateOf, type RouteCandidate, TO_ROUTE } from './number.store.js';
import type { PrismaClient } from './prisma-client.js';
import { type RuleConditions, ruleConditions } from './routing-rule.js';
import { storableJson, storableText } from './storable.js';
import { stored } from './stored.js';

/** Where a rule sends a call: to an agent of ours, or to a number elsewhere. */
export interface RuleFacts {
  name: string;
  /** Rules are asked in this order, lowest first. */
  place: number;
  enabled: boolean;
  conditions: RuleConditions;
  agentId: string | null;
  /** E.164; null: to the agent. */
  transferTo: string | null;
}

export interface RoutingRule extends RuleFacts {
  id: string;
  /** Changes with every change of it. */
  revision: number;
}

/** A rule as it is asked when a call is routed. */
export interface ActiveRule {
  name: string;
  conditions: RuleConditions;
  to: { agent: RouteCandidate } | { number: string };
}

interface Seen {
  id: string;
  revision: number;
}

/** More would be a list that nobody oversees. */
export const MOST_RULES = 200;

/** Which agent takes a call, as data: the first rule that is for it, and whose agent is free, decides. */
export class RoutingRuleStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** In the order in which they are asked. @throws StoreError */
  async list(): Promise<RoutingRule[]> {
    const orderBy = [{ place: 'asc' as const }, { id: 'asc' as const }];
    return (await stored(this.prisma.routingRule.findMany({ orderBy, take: MOST_RULES }))).flatMap(ruleOf);
  }

  /** @throws StoreError */
  async get(id: string): Promise<RoutingRule | undefined> {
    const row = await stored(this.prisma.routingRule.findUnique({ where: { id } }));
    return row ? ruleOf(row)[0] : undefined;
  }

  /** Those that are on, and whose agent takes calls. @throws StoreError */
  async active(): Promise<ActiveRule[]> {
    const rows = await stored(
      this.prisma.routingRule.findMany({
        where: { enabled: true },
        include: { agent: TO_ROUTE },
        orderBy: [{ place: 'asc' }, { id: 'asc' }],
        take: MOST_RULES,
      }),
    );
    return rows.flatMap(({ agent, ...row }) => ruleOf(row).flatMap((rule) => activeOf(rule, agent)));
  }

  /** @returns `full` when there are too many. @throws StoreError `not-found`: no such agent */
  async create(by: Author, facts: RuleFacts): Promise<RoutingRule | 'full'> {
    return stored(
      this.prisma.$transaction(async (tx) => {
        if ((await tx.routingRule.count()) >= MOST_RULES) return 'full';
        const row = await tx.routingRule.create({ data: rowOf(facts) });
        const note = { subject: subjectOf(row.id), after: facts };
        await noteIn(tx, by, this.clock.date(), { action: 'rule.created', ...note });
        return { ...facts, id: row.id, revision: row.revision };
      }),
    );
  }

  /** @throws StoreError `not-found`: no such agent */
  async replace(by: Author, { id, revision }: Seen, facts: RuleFacts): Promise<RoutingRule | Outdated> {
    return stored(
      this.prisma.$transaction(async (tx) => {
        const before = await tx.routingRule.findUnique({ where: { id } });
        if (!before) return 'unknown';
        const data = { ...rowOf(facts), revision: { increment: 1 } };
        if ((await tx.routingRule.updateMany({ where: { id, revision }, data })).count === 0) return 'stale';
        const note = { subject: subjectOf(id), before: ruleOf(before)[0], after: facts };
        await noteIn(tx, by, this.clock.date(), { action: 'rule.changed', ...note });
        return { ...facts, id, revision: revision + 1 };
      }),
    );
  }

  /** @throws StoreError */
  async remove(by: Author, { id, revision }: Seen): Promise<'removed' | Outdated> {
    return stored(
      this.prisma.$transaction(async (tx) => {
        const before = await tx.routingRule.findUnique({ where: { id } });
        if (!before) return 'unknown';
        if ((await tx.routingRule.deleteMany({ where: { id, revision } })).count === 0) return 'stale';
        const note = { subject: subjectOf(id), before: ruleOf(before)[0] };
        await noteIn(tx, by, this.clock.date(), { action: 'rule.removed', ...note });
        return 'removed';
      }),
    );
  }
}

const subjectOf = (id: string) => ({ type: 'rule', id });

const rowOf = ({ name, conditions, ...facts }: RuleFacts) => ({
  ...facts,
  name: storableText(name),
  conditions: storableJson(conditions),
});

type Row = Prisma.RoutingRuleGetPayload<object>;

/** One whose conditions do not read is none: a call is not routed by half a rule. */
function ruleOf({ id, name, place, enabled, agentId, transferTo, revision, ...row }: Row): RoutingRule[] {
  const conditions = ruleConditions.safeParse(row.conditions).data;
  return conditions ? [{ id, name, place, enabled, agentId, transferTo, revision, conditions }] : [];
}

function activeOf(
  { name, conditions, transferTo }: RoutingRule,
  agent: Parameters<typeof candidateOf>[0]['agent'] | null,
): ActiveRule[] {
  if (transferTo !== null) return [{ name, conditions, to: { number: transferTo } }];
  const candidate = agent ? candidateOf({ agent, hours: null }) : undefined;
  return candidate ? [{ name, conditions, to: { agent: candidate } }] : [];
}
