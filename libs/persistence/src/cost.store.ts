import { type CallCost, type CostLine, type CostTotal, costTotalOf, type ProviderStage, type UsageWaste, type UsedPrice } from '@app/conversation/ports'; // prettier-ignore
import { Prisma } from './generated/prisma/client.js';
import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

export interface CostQuery {
  /** UTC days, `YYYY-MM-DD`, both included. */
  from: string;
  to: string;
  agentId?: string | undefined;
}

/** What one provider did on one day for one agent; what served and what did not are two. */
export interface ProviderCost extends Omit<CostLine, 'turn' | 'agentId'> {
  /** Some of it has no price, and is not in `usd`. */
  unpriced: boolean;
}

export interface DayCost extends CostTotal {
  /** `YYYY-MM-DD`, UTC: on which its calls began. */
  day: string;
  /** Null: of an agent that is not known. */
  agentId: string | null;
  /** Those that used something. */
  calls: number;
  providers: readonly ProviderCost[];
}

/** What calls cost, of those whose record is stored. */
export class CostStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Undefined: it was not reckoned, or there is no such call. @param callId a UUID @throws StoreError */
  async of(callId: string): Promise<CallCost | undefined> {
    const include = { costs: { orderBy: { seq: 'asc' as const } } };
    const row = await stored(this.prisma.call.findUnique({ where: { id: callId }, include }));
    if (!row || row.prices === null) return undefined;
    const lines = row.costs.map(({ callId: _call, seq: _seq, day: _day, usd, ...line }): CostLine => ({
      ...line,
      agentId: line.agentId ?? '',
      stage: line.stage as ProviderStage,
      waste: line.waste as UsageWaste | null,
      usd: usd === null ? null : Number(usd),
    }));
    return { lines, prices: row.prices as unknown as UsedPrice[] };
  }

  /** Newest day first. @throws StoreError */
  async days(query: CostQuery): Promise<DayCost[]> {
    const where = whereOf(query);
    const [calls, sums] = await Promise.all([
      stored(this.prisma.$queryRaw<CallCount[]>`
        SELECT to_char(day, 'YYYY-MM-DD') AS day, agent_id::text AS "agentId", count(DISTINCT call_id)::int AS calls
        FROM call_costs WHERE ${where} GROUP BY 1, 2 ORDER BY 1 DESC, 2`),
      stored(this.prisma.$queryRaw<Sum[]>`
        SELECT to_char(day, 'YYYY-MM-DD') AS day, agent_id::text AS "agentId", stage, provider, waste,
          sum(uses)::float8 AS uses, sum(input_tokens)::float8 AS "inputTokens",
          sum(cached_input_tokens)::float8 AS "cachedInputTokens", sum(written_input_tokens)::float8 AS "writtenInputTokens",
          sum(output_tokens)::float8 AS "outputTokens", sum(audio_tokens)::float8 AS "audioTokens",
          sum(characters)::float8 AS characters, sum(sound_ms)::float8 AS "soundMs", sum(usd)::float8 AS usd,
          bool_or(estimated) AS estimated, sum(unmetered)::float8 AS unmetered, bool_or(usd IS NULL) AS unpriced
        FROM call_costs WHERE ${where} GROUP BY 1, 2, 3, 4, 5 ORDER BY stage, provider, waste NULLS FIRST`),
    ]);
    return calls.map((count) => dayOf(count, sums.filter((sum) => sum.day === count.day && sum.agentId === count.agentId))); // prettier-ignore
  }
}

interface CallCount {
  day: string;
  agentId: string | null;
  calls: number;
}
type Sum = ProviderCost & Pick<CallCount, 'day' | 'agentId'>;

const whereOf = ({ from, to, agentId }: CostQuery): Prisma.Sql =>
  Prisma.sql`day BETWEEN ${from}::date AND ${to}::date ${agentId === undefined ? Prisma.empty : Prisma.sql`AND agent_id = ${agentId}::uuid`}`;

function dayOf(count: CallCount, sums: readonly Sum[]): DayCost {
  const providers = sums.map(({ day: _day, agentId: _agent, ...sum }): ProviderCost => sum);
  const unpriced = [...new Set(sums.flatMap(({ unpriced, provider }) => (unpriced ? [provider] : [])))].sort();
  return { ...count, ...costTotalOf(sums), unpriced, providers };
}
