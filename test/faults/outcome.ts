import type { ApiCall } from '../../apps/lab/src/call/api-call.js';
import type { Caller } from './caller.js';
import { COST, WHERE } from './caller-lines.js';

/** What a call made of a fault, as its caller and its record tell it. */
export interface Outcome {
  fault: string;
  /** The longest that nothing of the agent was audible while it owed the next word. */
  silenceMs: number;
  /** What the agent was heard to say from the fault on. */
  heard: string[];
  /** So many turns after the fault the caller was answered; null: the call ended before, or never went on. */
  wentOnAfter: number | null;
  record: ApiCall;
}

/** The caller has had its word when the agent has been quiet for longer than it may be while it owes one. */
const QUIET_MS = 2_700;
const WITHIN_MS = 15_000;
/** A caller who is not understood says it again so often. */
const MOST_TURNS = 3;

/** The longest silence from the end of the caller's line until the agent had said all that it had to say. */
export async function owedSilence(caller: Caller, sinceMs: number): Promise<number> {
  await caller.answered(sinceMs, { quietMs: QUIET_MS, withinMs: WITHIN_MS });
  const silences = caller.silences(sinceMs, caller.nowMs);
  const trailing = silences.pop() ?? 0; // owed by nobody, if anything was said before
  return Math.max(...silences, silences.length === 0 ? trailing : 0);
}

/** One turn in which the fault shows, then turns until the agent answers again; then the caller hangs up. */
export async function livedThrough(caller: Caller, fault: string, begin: () => Promise<void>): Promise<Outcome> {
  await begin();
  const first = await caller.says(WHERE);
  let silenceMs = await owedSilence(caller, first.toMs);
  let wentOnAfter: number | null = null;
  for (let turn = 1; turn <= MOST_TURNS && !caller.end && wentOnAfter === null; turn += 1) {
    const before = answersIn(await caller.live());
    const { toMs } = await caller.says(COST);
    silenceMs = Math.max(silenceMs, await owedSilence(caller, toMs));
    if (answersIn(await caller.live()) > before) wentOnAfter = turn;
  }
  if (!caller.end) caller.hangUp();
  await caller.over();
  const record = await caller.record();
  const heard = record.transcript.filter(({ speaker, endMs }) => speaker === 'agent' && endMs > first.toMs);
  return { fault, silenceMs, heard: heard.map((segment) => segment.heard), wentOnAfter, record };
}

/** Whole ones: "one moment" and no more is none. */
const answersIn = ({ transcript }: ApiCall): number =>
  transcript.filter(({ kind, interrupted }) => kind === 'answer' && !interrupted).length;

/** A call without a fault, beside those with one. */
export class Bystander {
  silenceMs = 0;
  turns = 0;
  #enough = false;

  constructor(private readonly caller: Caller) {}

  /** Talks until it is told that it is enough; resolves with its record. */
  async talk(): Promise<ApiCall> {
    while (!this.#enough && !this.caller.end) {
      const { toMs } = await this.caller.says(this.turns % 2 === 0 ? WHERE : COST);
      await this.caller.answered(toMs, { quietMs: 900, withinMs: WITHIN_MS });
      const silences = this.caller.silences(toMs, this.caller.nowMs);
      this.silenceMs = Math.max(this.silenceMs, silences[0] ?? 0);
      this.turns += 1;
    }
    this.caller.hangUp();
    await this.caller.over();
    return this.caller.record();
  }

  enough(): void {
    this.#enough = true;
  }
}

const SAID = /^(provider\.failed|obligation\.missed|recording\.ended)$/;

/** What the record says of a fault, in words. */
export const toldOf = ({ events, endReason }: ApiCall): string => {
  const told = events
    .filter(({ type }) => SAID.test(type))
    .map(({ data = {} }) => [data['stage'] ?? data['owner'] ?? 'recording', data['code'] ?? data['step'] ?? data['reason']].join(' ')); // prettier-ignore
  return [...new Set(told), endReason].join(', ');
};

export function printTable(outcomes: readonly Outcome[], other: { silenceMs: number }): void {
  const rows = outcomes.map(({ fault, silenceMs, heard, wentOnAfter, record }) => [
    fault,
    `${Math.round(silenceMs)}`,
    wentOnAfter === null ? 'no' : `turn ${wentOnAfter}`,
    `${Math.round(other.silenceMs)}`,
    toldOf(record),
    heard.join(' | ').slice(0, 110),
  ]);
  const heads = ['fault', 'silence ms', 'went on', 'other call ms', 'the record says', 'heard'];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const lineOf = (cells: readonly string[]) => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd(); // prettier-ignore
  process.stdout.write(`\n${[heads, ...rows].map(lineOf).join('\n')}\n\n`);
}
