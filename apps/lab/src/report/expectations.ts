import type { ApiSegment } from '../call/api-call.js';
import type { Expectation } from '../caller/scenario.js';
import type { PlayedStep } from '../caller/virtual-caller.js';
import type { HeardCall } from './played-call.js';
import { linesOf } from './played-call.js';
import { understoodLines } from './understanding.js';

/** What expectations are held against: the ear where there is one, else the record. */
export interface Evidence {
  steps: readonly PlayedStep[];
  heard: HeardCall | null;
  transcript: readonly ApiSegment[];
}

/** Why the expectation of a step was not met; null: it was. */
export function unmet(expected: Expectation, at: number, evidence: Evidence): string | null {
  const heard = agentWords(at, evidence);
  if (expected.agent && !expected.agent.test(heard))
    return `expected to hear ${String(expected.agent)}, heard ${JSON.stringify(heard)}`;
  if (expected.not?.test(heard)) return `heard ${JSON.stringify(heard)}, which must not match ${String(expected.not)}`;
  if (expected.understood) {
    const understood = lastUnderstood(at, evidence);
    if (!expected.understood.test(understood))
      return `expected ${String(expected.understood)} to be understood, it was ${JSON.stringify(understood)}`;
  }
  if (expected.function && !returned(expected.function, evidence.heard))
    return `the function ${expected.function} did not return`;
  return null;
}

/** What was heard of the agent from the caller's last line before this step to its next one. */
function agentWords(at: number, { steps, heard, transcript }: Evidence): string {
  const lines = linesOf(steps);
  const fromMs = lines.findLast((line) => line.at < at)?.line.fromMs ?? 0;
  const untilMs = lines.find((line) => line.at > at)?.line.fromMs ?? Infinity;
  if (heard)
    return heard.words
      .filter(({ startMs }) => startMs >= fromMs && startMs < untilMs)
      .map(({ text }) => text)
      .join(' ');
  const spoken = transcript.filter(
    ({ speaker, startMs }) => speaker === 'agent' && startMs >= fromMs && startMs < untilMs,
  );
  return spoken.map((segment) => segment.heard).join(' ');
}

function lastUnderstood(at: number, { steps, transcript }: Evidence): string {
  const before = linesOf(steps).filter((line) => line.at < at).length;
  return understoodLines(steps, transcript)[before - 1]?.understood ?? '';
}

/** A later request told the model the function's result. Nothing is known of it when real providers serve the call. */
function returned(name: string, heard: HeardCall | null): boolean {
  if (!heard) return true;
  return heard.modelRequests.some(({ messages }) => {
    const ids = messages.flatMap(({ tool_calls: calls = [] }) =>
      calls.filter((call) => call.function.name === name).map(({ id }) => id),
    );
    return messages.some(
      ({ role, tool_call_id: id, content }) =>
        role === 'tool' && id !== undefined && ids.includes(id) && !/"(error|failure)"/.test(content ?? ''),
    );
  });
}
