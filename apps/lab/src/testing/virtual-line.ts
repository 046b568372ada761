import { FRAME_MS } from '@app/audio';
import type { Mouth } from '../caller/mouth.js';
import type { Scenario } from '../caller/scenario.js';
import type { Utterance } from '../caller/utterance.js';
import { type PlayedStep, VirtualCaller } from '../caller/virtual-caller.js';

/** An agent for a caller to talk with: from when to when it speaks, in ms; it may be made to react. */
export interface ScriptedAgent {
  speaks: { fromMs: number; toMs: number }[];
  /** Looked at with each frame of the caller's. */
  react?: (nowMs: number, agent: ScriptedAgent, caller: { speaking: boolean }) => void;
}

const LOUD = new Int16Array(160).map((_, n) => (n % 2 === 0 ? 2_000 : -2_000));
const SILENT = new Int16Array(160);

/** Plays a scenario against a scripted agent without waiting: a frame takes as long as its code. */
export async function playAgainst(
  scenario: Scenario,
  agent: ScriptedAgent,
  { mouth, lines, endsAtMs = Infinity }: { mouth: Mouth; lines: ReadonlyMap<string, Utterance>; endsAtMs?: number },
): Promise<{ steps: readonly PlayedStep[]; hungUpAtMs: number | null; digits: string[] }> {
  const digits: string[] = [];
  let [hungUpAtMs, index]: [number | null, number] = [null, 0];
  const telephone = {
    hangUp: () => void (hungUpAtMs ??= index * FRAME_MS),
    sendDigits: (pressed: string) => void digits.push(pressed),
  };
  const caller = new VirtualCaller({ scenario, mouth, lines, telephone });
  let steps: readonly PlayedStep[] | undefined;
  const over = caller.play().then((played) => (steps = played));
  for (; steps === undefined && index < 20_000; index += 1) {
    const nowMs = index * FRAME_MS;
    if (nowMs >= endsAtMs) caller.ended('agent-closed');
    else if (hungUpAtMs !== null) caller.ended('caller-hung-up');
    else {
      caller.speak();
      agent.react?.(nowMs, agent, mouth);
      caller.hear(index, agent.speaks.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs) ? LOUD : SILENT);
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return { steps: await over, hungUpAtMs, digits };
}
