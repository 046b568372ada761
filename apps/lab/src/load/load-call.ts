import { type LatenessHistogram } from '@app/audio';
import type { Clock } from '@app/kernel';
import { Mouth } from '../caller/mouth.js';
import type { Utterance } from '../caller/utterance.js';
import { VirtualCaller } from '../caller/virtual-caller.js';
import type { Handset, RingoverCallEnd, RingoverRoute } from '../ringover/ringover-call.js';
import { RingoverCall, USUAL_SWITCHES } from '../ringover/ringover-call.js';
import { seededRandom, wholeBetween } from '../seeded-random.js';
import { type CallFigures, figuresOf } from './call-figures.js';
import { loadConversation } from './conversation.js';

export interface LoadCallOptions {
  route: RingoverRoute;
  lines: ReadonlyMap<string, Utterance>;
  reconnects: boolean;
  seed: number;
  /** The caller hangs up then. */
  lengthMs: number;
  /** What comes after so much of the call is not measured. */
  measuredMs: number;
  clock: Clock;
  /** Of the caller's own frames, this call's and others'. */
  framesLate: LatenessHistogram;
  /** Told once the carrier has an id for it. */
  began: (carrierCallId: string) => void;
  /** Told of each line as the caller begins to say it. */
  spoke: (text: string) => void;
}

/** A frame that leaves a whole frame late was held up by this machine. */
const STALLED_MS = 20;

/** Plays one call to its end and measures it; nothing of its sound is kept. @throws StreamRefused */
export async function loadCall(options: LoadCallOptions): Promise<CallFigures> {
  const { route, lines, seed, lengthMs, clock, framesLate } = options;
  const random = seededRandom(seed);
  const scenario = loadConversation(lengthMs, random);
  const carrierDelayMs = wholeBetween(random, ...scenario.carrierDelayMs);
  const call = new RingoverCall({
    route,
    switches: { ...USUAL_SWITCHES, reconnects: options.reconnects },
    carrierDelayMs,
    clock,
  });
  const mouth = new Mouth({ rateHz: route.rateHz, noise: scenario.noise, random });
  const telephone = { hangUp: () => call.hangUp(), sendDigits: () => undefined };
  const caller = new VirtualCaller({ scenario, mouth, lines, telephone, spoke: ({ text }) => options.spoke(text) });
  const handset = new TimedHandset(caller, () => call.nowMs(), framesLate);
  await call.begin(handset);
  options.began(call.facts.callId);
  const steps = await caller.play();
  await call.wentDown();
  const untilMs = Math.min(options.measuredMs, caller.activity.nowMs);
  return figuresOf({
    carrierCallId: call.facts.callId,
    received: call.received.filter(({ atMs }) => atMs <= untilMs),
    steps: steps.filter(({ toMs }) => toMs <= untilMs),
    ...{ carrierDelayMs, untilMs, end: call.end, returns: call.returns, stallsAtMs: handset.stallsAtMs },
    heard: (fromMs, forMs) => call.playback.heard(fromMs, forMs),
  });
}

const FRAME_MS = 20;

/** Takes down how late each frame of the caller's left. */
class TimedHandset implements Handset {
  readonly stallsAtMs: number[] = [];

  constructor(
    private readonly handset: Handset,
    private readonly nowMs: () => number,
    private readonly late: LatenessHistogram,
  ) {}

  speak(index: number): Int16Array {
    const nowMs = this.nowMs();
    const lateMs = nowMs - (index + 1) * FRAME_MS;
    this.late.record(lateMs);
    if (lateMs > STALLED_MS) this.stallsAtMs.push(nowMs);
    return this.handset.speak(index);
  }

  hear(index: number, samples: Int16Array): void {
    this.handset.hear(index, samples);
  }

  ended(end: RingoverCallEnd): void {
    this.handset.ended(end);
  }
}
