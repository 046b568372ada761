import { type Clock, Mailbox } from '@app/kernel';
import { Mouth } from '../caller/mouth.js';
import type { Scenario } from '../caller/scenario.js';
import type { Utterance } from '../caller/utterance.js';
import { VirtualCaller, type VirtualCallerParts } from '../caller/virtual-caller.js';
import type { RingoverCallFacts } from '../ringover/call-events.js';
import type { PlayedCall } from '../report/played-call.js';
import { RingoverCall, type RingoverRoute, type RingoverSwitches } from '../ringover/ringover-call.js';
import { seededRandom, wholeBetween } from '../seeded-random.js';
import { type LiveMoment, LiveHandset } from './live-handset.js';

export interface PlaceCallOptions {
  route: RingoverRoute;
  switches: RingoverSwitches;
  scenario: Scenario;
  /** Every text of the scenario, rendered. */
  lines: ReadonlyMap<string, Utterance>;
  /** Decides the carrier's delay and the line's noise. */
  seed: number;
  clock: Clock;
  /** Of a call that there is already; a new one rings if not said. */
  facts?: RingoverCallFacts;
}

/** A call that is under way. */
export interface PlacedCall {
  readonly carrierCallId: string;
  readonly carrierDelayMs: number;
  /** What happens, as it happens; ends with the call. One reader. */
  readonly moments: AsyncIterable<LiveMoment>;
  /** Resolves when the line is closed and the hang-up was told to the api. */
  readonly over: Promise<PlayedCall>;
  /** The carrier ends it, whatever its caller is about to do. */
  cut(): void;
}

/** Rings the api and lets the scenario's caller talk. @throws StreamRefused when the api takes no stream */
export async function placeCall(options: PlaceCallOptions): Promise<PlacedCall> {
  const { route, scenario, clock, switches, seed, facts } = options;
  const random = seededRandom(seed);
  const carrierDelayMs = wholeBetween(random, ...scenario.carrierDelayMs);
  const ringover = new RingoverCall({ route, switches, carrierDelayMs, clock, ...(facts && { facts }) });
  const mouth = new Mouth({ rateHz: route.rateHz, noise: scenario.noise, random });
  const moments = new Mailbox<LiveMoment>();
  const telephone = telephoneOf(ringover, mouth, switches);
  const spoke: VirtualCallerParts['spoke'] = (line, by) => moments.push({ type: 'caller-speaks', ...line, by });
  const caller = new VirtualCaller({ scenario, mouth, lines: options.lines, telephone, spoke });
  await ringover.begin(new LiveHandset(caller, moments));
  const played = caller.play().then(async (steps): Promise<PlayedCall> => {
    await ringover.wentDown();
    const durationMs = caller.activity.nowMs;
    return {
      ...{ scenario, steps, received: ringover.received, deliveries: ringover.deliveries, carrierDelayMs, durationMs },
      ...soundOf(ringover, durationMs),
      callerSound: mouth.recording(),
      end: ringover.end ?? 'lost',
      carrierCallId: ringover.facts.callId,
      worstLatenessMs: ringover.worstLatenessMs,
    };
  });
  const cut = () => ringover.hangUp();
  return { carrierCallId: ringover.facts.callId, carrierDelayMs, moments, over: played, cut };
}

const soundOf = (ringover: RingoverCall, untilMs: number) => ({
  agentSound: ringover.playback.heard(0, untilMs),
  rateHz: ringover.playback.rateHz,
  beganAtMs: ringover.startedAt?.getTime() ?? 0,
});

const telephoneOf = (ringover: RingoverCall, mouth: Mouth, { digitsAs }: RingoverSwitches) => ({
  hangUp: () => ringover.hangUp(),
  sendDigits: (digits: string) => {
    if (digitsAs !== 'text') mouth.press(digits);
    if (digitsAs !== 'tones') for (const digit of digits) ringover.sendDigit(digit);
  },
});
