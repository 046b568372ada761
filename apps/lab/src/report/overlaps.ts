import type { SpokenLine } from '../caller/mouth.js';
import type { PlayedStep } from '../caller/virtual-caller.js';
import type { Run } from '../ear/alignment.js';
import type { ReceivedCommand } from '../ringover/ringover-call.js';
import type { HeardCall, PlayedCall } from './played-call.js';

/** How the agent took it that the caller spoke over it. All in ms. */
export interface BargeIn {
  text: string;
  /** The true onset of the caller's voice. */
  onsetMs: number;
  /** From the onset to `break` on the wire; null: none came. */
  tookMs: number | null;
  /** Sound of the same reply that was still sent, counted from `break` to the last of it; null when it cannot be told. */
  lateMs: number | null;
}

export interface Backchannel {
  text: string;
  /** How long the agent was silent for it, when it paused and went on; 0: it did not pause. */
  pausedMs: number;
  /** Why it counts as having stopped the agent; null: the agent went on to its end. */
  stopped: string | null;
}

/** A `break` later than this after the caller's last word was not for it. */
const DECIDED_MS = 1_500;

export function bargeIns(call: PlayedCall, heard: HeardCall | null): BargeIn[] {
  return linesAs(call.steps, 'bargeIn').map(({ text, fromMs, toMs }) => {
    const cut = breakWithin(call.received, fromMs, toMs + DECIDED_MS);
    if (!cut) return { text, onsetMs: fromMs, tookMs: null, lateMs: null };
    return { text, onsetMs: fromMs, tookMs: cut.atMs - fromMs, lateMs: heard && lateAudio(call, heard, cut) };
  });
}

export function backchannels(call: PlayedCall, heard: HeardCall | null): Backchannel[] {
  return linesAs(call.steps, 'backchannel').map((line) => ({ text: line.text, ...effectOf(line, call, heard) }));
}

/** A break need not be the end of a reply: what it dropped may be sent again. Without an ear that cannot be told. */
function effectOf(line: SpokenLine, call: PlayedCall, heard: HeardCall | null): Omit<Backchannel, 'text'> {
  const cut = breakWithin(call.received, line.fromMs, line.toMs + DECIDED_MS);
  const runs = heard?.alignment.runs ?? [];
  const under = runs.find((run) => run.fromMs <= line.fromMs && line.fromMs <= endOf(run));
  if (!heard || !under) {
    return {
      pausedMs: 0,
      stopped: cut ? `a break came ${Math.round(cut.atMs - line.fromMs)} ms after its onset` : null,
    };
  }
  const cutAtMs = (cut?.atMs ?? 0) + call.carrierDelayMs;
  const next = cut && runs.find((run) => run.fromMs >= cutAtMs);
  const pausedMs = next ? Math.round(next.fromMs - cutAtMs) : 0;
  const lastWord = heard.pieces[under.piece]?.words.at(-1);
  const reached = heard.words.findLast(({ piece }) => piece === under.piece);
  if (!lastWord || reached?.text === lastWord.text) return { pausedMs, stopped: null };
  return {
    pausedMs,
    stopped: `the agent was heard only to ${JSON.stringify(reached?.text ?? '')}, not to its last word`,
  };
}

const linesAs = (steps: readonly PlayedStep[], kind: 'bargeIn' | 'backchannel'): SpokenLine[] =>
  steps.flatMap(({ step, line }) => (line && step.kind === kind ? [line] : []));

/** The first `break` in that time that dropped something: one with nothing to drop stopped nobody. */
const breakWithin = (
  received: readonly ReceivedCommand[],
  afterMs: number,
  untilMs: number,
): ReceivedCommand | undefined =>
  received.find(
    ({ command, atMs, droppedMs }) =>
      command.type === 'break' && (droppedMs ?? 0) > 0 && atMs >= afterMs && atMs <= untilMs,
  );

/** How long after the `break` sound of a piece still came that had been playing before it. */
function lateAudio(call: PlayedCall, heard: HeardCall, cut: ReceivedCommand): number {
  const cutAtMs = cut.atMs + call.carrierDelayMs;
  const { runs } = heard.alignment;
  const before = new Set(
    runs.filter((run) => run.fromMs < cutAtMs && endOf(run) > cutAtMs - RECENT_MS).map(({ piece }) => piece),
  );
  const contexts = new Set([...before].map((piece) => heard.pieces[piece]?.contextId));
  const late = call.received.filter(({ command, playsAtMs = 0 }) => {
    if (command.type !== 'stream-audio') return false;
    const piece = runs.find((run) => run.fromMs <= playsAtMs + PLAYS_SOON_MS && endOf(run) > playsAtMs)?.piece;
    return piece !== undefined && (before.has(piece) || contexts.has(heard.pieces[piece]?.contextId));
  });
  return Math.max(0, ...late.map(({ atMs }) => atMs - cut.atMs));
}

/** Speech that ended longer ago than this was not what the caller spoke over. */
const RECENT_MS = 600;
/** Half of a usual message of sound: its beginning may be a pause. */
const PLAYS_SOON_MS = 100;

const endOf = ({ fromMs, lengthMs }: Run): number => fromMs + lengthMs;
