import type { Audible } from '../ear/voice-activity.js';
import type { AgentAudible, PlayedCall } from './played-call.js';

export interface Silence {
  fromMs: number;
  toMs: number;
}

type Speech = Audible & { by: 'agent' | 'caller' };

/**
 * Stretches in which nobody spoke although the agent owed the next act, longest first.
 *
 * Not among them: what the scenario asked for (its silences and waits), and the caller's own pause before it answers.
 */
export function unexplainedSilences(call: Pick<PlayedCall, 'steps' | 'durationMs'>, agent: AgentAudible): Silence[] {
  const asked = call.steps.flatMap(({ quiet }) => (quiet ? [quiet] : []));
  const gaps = owedGaps(speech(call, agent), call.durationMs);
  return gaps.flatMap((gap) => without(gap, asked)).sort((a, b) => lengthOf(b) - lengthOf(a));
}

export const lengthOf = ({ fromMs, toMs }: Silence): number => toMs - fromMs;

function speech({ steps }: Pick<PlayedCall, 'steps'>, agent: AgentAudible): Speech[] {
  const caller = steps.flatMap(({ line }): Speech[] =>
    line ? [{ fromMs: line.fromMs, toMs: line.toMs, by: 'caller' }] : [],
  );
  return [...agent.map((stretch): Speech => ({ ...stretch, by: 'agent' })), ...caller].sort(
    (a, b) => a.fromMs - b.fromMs,
  );
}

/** After the agent's words it is the caller who owes the next, unless the agent itself goes on. */
function owedGaps(spoken: readonly Speech[], endMs: number): Silence[] {
  const gaps: Silence[] = [];
  let last: { untilMs: number; by: Speech['by'] } = { untilMs: 0, by: 'caller' };
  for (const { fromMs, toMs, by } of spoken) {
    if (fromMs > last.untilMs && !(last.by === 'agent' && by === 'caller'))
      gaps.push({ fromMs: last.untilMs, toMs: fromMs });
    if (toMs > last.untilMs) last = { untilMs: toMs, by };
  }
  if (last.by === 'caller') gaps.push({ fromMs: last.untilMs, toMs: endMs });
  return gaps.filter((gap) => lengthOf(gap) > 0);
}

function without(gap: Silence, asked: readonly Silence[]): Silence[] {
  return asked.reduce<Silence[]>(
    (left, { fromMs, toMs }) =>
      left.flatMap((part) =>
        [
          { fromMs: part.fromMs, toMs: Math.min(part.toMs, fromMs) },
          { fromMs: Math.max(part.fromMs, toMs), toMs: part.toMs },
        ].filter((rest) => lengthOf(rest) > 0),
      ),
    [gap],
  );
}
