import { durationMs, rms } from '@app/audio';
import type { PlayedStep } from '../caller/virtual-caller.js';
import type { RingoverCallEnd } from '../ringover/ringover-call.js';
import type { ReceivedCommand } from '../ringover/ringover-call.js';
import { type Delivered, type Gap, latenessOf } from './lateness.js';

/** What is measured of one call. Instants are ms since its stream began. */
export interface MeasuredCall {
  carrierCallId: string;
  received: readonly ReceivedCommand[];
  steps: readonly PlayedStep[];
  carrierDelayMs: number;
  /** What was played to the caller. */
  heard: (fromMs: number, lengthMs: number) => Int16Array;
  /** When the line was closed. */
  untilMs: number;
  end: RingoverCallEnd | undefined;
  /** How often its stream broke and was opened again. */
  returns?: number;
  /** When the lab itself was late with a frame of this call, by more than one frame. */
  stallsAtMs: readonly number[];
}

/** What went wrong in a call, and when: ms since its stream began. */
export interface Trouble {
  atMs: number;
  what: string;
}

export interface CallFigures {
  carrierCallId: string;
  /** Its node died under it: the call went on at another one, or was lost. */
  struck: 'returned' | 'lost' | null;
  /** From the accepted socket to the first sound; null: there was none. */
  setUpMs: number | null;
  /** The lab itself was stalled meanwhile: what it saw late need not have come late. */
  setUpStalled: boolean;
  /** The caller's utterances that were to be answered before the call's end. */
  turns: number;
  interruptions: number;
  lengthMs: number;
  /** Of it, from the caller's first line on. */
  talkMs: number;
  /** From the caller's last sound to the reply's first, as the carrier was sent it. */
  turnMs: number[];
  /** Those of them that took longer than may be. */
  slowTurns: { atMs: number; tookMs: number }[];
  /** From the true onset of an interruption to `break`. */
  bargeInMs: number[];
  /** Onsets of interruptions over which the agent talked on. */
  unheededAtMs: number[];
  /** Of each message of sound, against the pace of its own stretch. */
  latenessMs: number[];
  /** The same, of messages that came while the lab itself was stalled. */
  stalledLatenessMs: number[];
  /** Silences in what was said, of which nobody knows yet that they were waited through. */
  gaps: Gap[];
  /** Silences while there was nothing to send: the next words, or their voice, were not there yet. */
  waitsMs: number[];
  failures: Trouble[];
}

const BLOCK_MS = 5;
const AUDIBLE_RMS = 120;
/** An interruption that was not heeded by then was not heeded. */
const HEEDED_WITHIN_MS = 3_000;
/** The budget of an interruption: a reply that is over by then ended by itself, and there is nothing to break off. */
const ENDS_WITHIN_MS = 400;
/** The budget of nineteen turns of twenty. */
const SLOW_MS = 1_600;
/** A line said so shortly before the call's end may stay unanswered. */
const UNANSWERED_AT_END_MS = 3_000;
/** A stall is noticed with the next of the caller's frames. */
const NOTICED_WITHIN_MS = 20;
/** So near the end of its time a caller's step is cut short by it. */
const END_MARGIN_MS = 100;

export function figuresOf(call: MeasuredCall): CallFigures {
  const lines = call.steps.flatMap(({ line, step, missed }) => (line ? [{ ...line, kind: step.kind, missed }] : []));
  const dueLines = lines.filter(({ toMs }, at) => at < lines.length - 1 || toMs < call.untilMs - UNANSWERED_AT_END_MS);
  const answers = dueLines.map(({ toMs: atMs }) => ({
    atMs,
    ...answerOf(call, atMs, nextLineMs(lines, atMs) ?? call.untilMs),
  }));
  const answered = answers.flatMap(({ atMs, tookMs }) => (tookMs === undefined ? [] : [{ atMs, tookMs }]));
  const over = lines.filter(({ kind, missed }) => kind === 'bargeIn' && missed === null);
  const yields = over.map(({ fromMs }) => ({ fromMs, tookMs: yieldMs(call.received, fromMs) }));
  const { onTime, stalled, gaps } = latenessOf(soundOf(call.received), call.stallsAtMs);
  const setUpMs = call.received.find(({ command }) => command.type === 'stream-audio')?.atMs ?? null;
  return {
    carrierCallId: call.carrierCallId,
    struck: (call.returns ?? 0) > 0 ? 'returned' : call.end === 'lost' ? 'lost' : null,
    setUpMs,
    setUpStalled: setUpMs !== null && call.stallsAtMs.some((stallMs) => stallMs <= setUpMs + NOTICED_WITHIN_MS),
    turns: dueLines.length,
    interruptions: over.length,
    lengthMs: call.untilMs,
    talkMs: Math.max(0, call.untilMs - (lines[0]?.fromMs ?? call.untilMs)),
    turnMs: answered.map(({ tookMs }) => tookMs),
    slowTurns: answered.filter(({ tookMs }) => tookMs > SLOW_MS),
    bargeInMs: yields.flatMap(({ tookMs }) => tookMs ?? []),
    unheededAtMs: yields.flatMap(({ fromMs, tookMs }) => (tookMs === undefined && talksOn(call, fromMs) ? fromMs : [])),
    latenessMs: onTime,
    stalledLatenessMs: stalled,
    gaps,
    waitsMs: [],
    failures: [
      ...answers.flatMap(({ atMs, what }) => (what === undefined ? [] : [{ atMs, what }])),
      ...failuresOf(call),
    ],
  };
}

const nextLineMs = (lines: readonly { fromMs: number }[], afterMs: number): number | undefined =>
  lines.find(({ fromMs }) => fromMs >= afterMs)?.fromMs;

/** How long the answer took, or why there is no figure. */
function answerOf(call: MeasuredCall, toMs: number, untilMs: number): { tookMs?: number; what?: string } {
  if (isAudible(call.heard(toMs - 4 * BLOCK_MS, 4 * BLOCK_MS))) return { what: 'the agent talked over the caller' };
  for (let atMs = toMs; atMs < untilMs; atMs += BLOCK_MS)
    if (isAudible(call.heard(atMs, BLOCK_MS))) return { tookMs: atMs - call.carrierDelayMs - toMs };
  return { what: 'a turn was not answered' };
}

const isAudible = (samples: Int16Array): boolean => rms(samples) >= AUDIBLE_RMS;

function yieldMs(received: readonly ReceivedCommand[], fromMs: number): number | undefined {
  const found = received.find(({ atMs, command }) => command.type === 'break' && atMs >= fromMs);
  return found && found.atMs - fromMs <= HEEDED_WITHIN_MS ? found.atMs - fromMs : undefined;
}

const talksOn = ({ heard }: MeasuredCall, fromMs: number): boolean =>
  isAudible(heard(fromMs + ENDS_WITHIN_MS, 4 * BLOCK_MS));

/** Messages of sound and breaks, as the carrier saw them. */
function soundOf(received: readonly ReceivedCommand[]): Delivered[] {
  return received.flatMap(({ atMs, command, playsAtMs = 0 }): Delivered[] => {
    if (command.type === 'break') return [{ type: 'break', atMs }];
    if (command.type !== 'stream-audio') return [];
    return [{ type: 'sound', atMs, playsAtMs, lengthMs: durationMs(command.samples.length, command.rateHz) }];
  });
}

function failuresOf({ received, steps, end, untilMs }: MeasuredCall): Trouble[] {
  const unreadable = received.flatMap(({ atMs, command }) =>
    command.type === 'unreadable' ? [{ atMs, what: command.why }] : [],
  );
  const missed = steps
    .filter(({ toMs }) => toMs < untilMs - END_MARGIN_MS)
    .flatMap(({ toMs, missed }) => (missed === null ? [] : [{ atMs: toMs, what: missed }]));
  const broken =
    end === 'caller-hung-up' ? [] : [{ atMs: untilMs, what: `the call ended by itself (${end ?? 'never'})` }];
  return [...unreadable, ...missed, ...broken];
}
