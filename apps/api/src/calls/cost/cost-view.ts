import { type CallCost, type CostLine, type CostTotal, costTotalOf, USAGE_WASTES } from '@app/conversation/ports';
import type { Agent, DayCost } from '@app/persistence';
import type { CallCostDto, CostTotalDto, DayCostDto } from './cost.dto.js';

export const viewTotal = ({ usd, wastedUsd, unpriced }: CostTotal): CostTotalDto => ({
  ...{ currency: 'USD', usd, wastedUsd, unpriced: [...unpriced] },
});

export function viewCost({ lines, prices }: CallCost, isFinal: boolean): CallCostDto {
  const byTurn = grouped(lines, ({ turn }) => String(turn));
  const byProvider = grouped(lines, ({ stage, provider }) => `${stage} ${provider}`);
  return {
    ...viewTotal(costTotalOf(lines)),
    isFinal,
    turns: byTurn.map(([{ turn }, all]) => ({ turn, ...viewTotal(costTotalOf(all)) })),
    providers: byProvider.map(([{ stage, provider }, all]) => ({ stage, provider, ...viewTotal(costTotalOf(all)) })),
    waste: USAGE_WASTES.flatMap((waste) => {
      const wasted = lines.filter((line) => line.waste === waste);
      return wasted.length > 0 ? [{ waste, usd: costTotalOf(wasted).usd }] : [];
    }),
    lines: [...lines],
    prices: prices.map((price) => ({ ...price })),
  };
}

export const viewDay = ({ day, calls, providers, ...total }: DayCost, agent: Agent | undefined): DayCostDto => ({
  ...{ day, calls, ...viewTotal(total) },
  agent: agent ? { id: agent.id, slug: agent.slug, name: agent.name } : null,
  providers: providers.map(({ unpriced: _unpriced, ...amounts }) => amounts),
});

/** Each with its first line, in the order of those. */
function grouped(lines: readonly CostLine[], keyOf: (line: CostLine) => string): [CostLine, CostLine[]][] {
  const groups = new Map<string, [CostLine, CostLine[]]>();
  for (const line of lines) {
    const group = groups.get(keyOf(line));
    if (group) group[1].push(line);
    else groups.set(keyOf(line), [line, [line]]);
  }
  return [...groups.values()];
}
