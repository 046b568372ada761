import { median } from './percentile.js';

/** A message of sound as it came, or a `break`; ms since the stream began. */
export type Delivered =
  { type: 'sound'; atMs: number; playsAtMs: number; lengthMs: number } | { type: 'break'; atMs: number };

type Sound = Delivered & { type: 'sound' };

export interface Lateness {
  onTime: number[];
  /** Of messages that came while the lab was stalled: what it saw late need not have been sent late. */
  stalled: number[];
  gaps: Gap[];
}

/** A silence between two messages, without a `break` between them. */
export interface Gap {
  /** Since the first sound of the call began to be heard. */
  fromMs: number;
  lengthMs: number;
}

/** A longer silence is a pause between two sentences, or the wait for a voice; a new stretch begins after it. */
export const LONGEST_PACED_MS = 60;
/** A longer one is between two replies, with a turn of the caller's in it. */
const LONGEST_GAP_MS = 1_000;
/** The first messages fill what lies at the carrier, as quickly as they can; only those after them are paced. */
const FILLING = 4;
const FEWEST = FILLING + 2;
/** What the lab was late with may have come up to so much before or after. */
const STALL_MS = 100;
const ROUNDING_MS = 0.5;

/**
 * How late each message of sound came, as far as the receiver can know: in a stretch that is sent at the pace of its own
 * sound, each message comes as far ahead of its turn as any other; the median of the stretch is taken for the pace.
 */
export function latenessOf(delivered: readonly Delivered[], stallsAtMs: readonly number[]): Lateness {
  const found: Lateness = { onTime: [], stalled: [], gaps: gapsIn(delivered) };
  for (const stretch of stretchesOf(delivered)) {
    const late = lateIn(stretch);
    for (const { atMs, byMs } of late) {
      const felt = stallsAtMs.some((stallMs) => Math.abs(stallMs - atMs) <= STALL_MS);
      (felt ? found.stalled : found.onTime).push(byMs);
    }
  }
  return found;
}

function stretchesOf(delivered: readonly Delivered[]): Sound[][] {
  const stretches: Sound[][] = [];
  let last: Sound | undefined;
  for (const each of delivered) {
    if (each.type === 'break') {
      last = undefined;
      continue;
    }
    if (!last || silenceMs(last, each) > LONGEST_PACED_MS) stretches.push([]);
    stretches.at(-1)?.push(each);
    last = each;
  }
  return stretches;
}

const silenceMs = (last: Sound, next: Sound): number => next.playsAtMs - (last.playsAtMs + last.lengthMs);

function gapsIn(delivered: readonly Delivered[]): Gap[] {
  const startMs = delivered.find((each) => each.type === 'sound')?.playsAtMs ?? 0;
  return delivered.flatMap((sound, at) => {
    const last = delivered[at - 1];
    if (sound.type !== 'sound' || last?.type !== 'sound') return [];
    const lengthMs = silenceMs(last, sound);
    return lengthMs > ROUNDING_MS && lengthMs <= LONGEST_GAP_MS
      ? [{ fromMs: last.playsAtMs + last.lengthMs - startMs, lengthMs }]
      : [];
  });
}

function lateIn(stretch: readonly Sound[]): { atMs: number; byMs: number }[] {
  if (stretch.length < FEWEST) return [];
  let playedMs = 0;
  const aheads = stretch.map(({ atMs, lengthMs }) => {
    const offMs = atMs - playedMs;
    playedMs += lengthMs;
    return { atMs, offMs };
  });
  const paced = aheads.slice(FILLING);
  const paceMs = median(paced.map(({ offMs }) => offMs)) ?? 0;
  return paced.map(({ atMs, offMs }) => ({ atMs, byMs: Math.max(0, offMs - paceMs) }));
}
