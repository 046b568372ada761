import { FRAME_MS, rms } from '@app/audio';
import { systemClock } from '@app/kernel';
import type { ApiCall } from '../../apps/lab/src/call/api-call.js';
import { CentreClient } from '../../apps/lab/src/call/centre-client.js';
import type { Centre } from '../../apps/lab/src/call/centre.js';
import { AgentActivity } from '../../apps/lab/src/caller/agent-activity.js';
import { Mouth, type SpokenLine } from '../../apps/lab/src/caller/mouth.js';
import type { Utterance } from '../../apps/lab/src/caller/utterance.js';
import {
  type Handset,
  type ReceivedCommand,
  RingoverCall,
  type RingoverCallEnd,
  USUAL_SWITCHES,
} from '../../apps/lab/src/ringover/ringover-call.js';
import { seededRandom } from '../../apps/lab/src/seeded-random.js';

const CARRIER_DELAY_MS = 60;
const NOISE = 6;
const AUDIBLE_RMS = 120;
const FOUND_WITHIN_MS = 15_000;
/** The api waits up to 10 s for the carrier's word, and a store may have been gone. */
const FINISHED_WITHIN_MS = 60_000;

interface Waiter {
  met: () => boolean;
  untilMs: number;
  resolve: (met: boolean) => void;
}

/** Who rings whom. */
export interface Ringing {
  seed: number;
  agent: string;
  /** Other nodes, to which the carrier turns when the stream breaks; not given: the call is lost then. */
  returnsTo?: readonly Centre[];
}

/** A person on the telephone whom a test leads by the hand. Times are ms since the stream began. */
export class Caller implements Handset {
  readonly activity = new AgentActivity();
  end: RingoverCallEnd | undefined;
  /** Carillon's id of the call. */
  callId = '';
  readonly #mouth: Mouth;
  readonly #call: RingoverCall;
  readonly #waiters = new Set<Waiter>();

  private constructor(
    readonly centre: Centre,
    private readonly lines: ReadonlyMap<string, Utterance>,
    { seed, agent, returnsTo }: Ringing,
  ) {
    const { apiUrl, ringover, numbers } = centre;
    const { webhookToken, callEventKey, streamRateHz: rateHz } = ringover;
    const number = numbers.find((each) => each.agent === agent);
    if (!number) throw new Error(`no number of ${agent}`);
    const fromNumber = `3361${String(seed).padStart(7, '0')}`;
    const otherApiUrls = returnsTo?.map((other) => other.apiUrl) ?? [];
    const route = { ...{ apiUrl, otherApiUrls, webhookToken, callEventKey, rateHz, fromNumber }, mediaToken: number.mediaToken, toNumber: number.e164 }; // prettier-ignore
    this.#mouth = new Mouth({ rateHz, noise: NOISE, random: seededRandom(seed) });
    const switches = { ...USUAL_SWITCHES, reconnects: returnsTo !== undefined };
    this.#call = new RingoverCall({ route, switches, carrierDelayMs: CARRIER_DELAY_MS, clock: systemClock });
  }

  /** Rings the centre; resolves when the line is up. @throws StreamRefused */
  static async ring(centre: Centre, lines: ReadonlyMap<string, Utterance>, who: Ringing): Promise<Caller> {
    const caller = new Caller(centre, lines, who);
    await caller.#call.begin(caller);
    return caller;
  }

  /** Learns the id under which the centre knows the call. @throws when it does not */
  async known(): Promise<string> {
    const callId = await this.#client.findCall(this.#call.facts.callId, FOUND_WITHIN_MS);
    if (callId === undefined) throw new Error('the centre does not know a call that it carries');
    return (this.callId = callId);
  }

  /** Says it; resolves when half a second of it was said. */
  async startsToSay(text: string): Promise<void> {
    await this.#client.tellScript(this.callId, [text]);
    void this.#speaks(text);
    await this.until(() => false, 500);
  }

  /** Says it; resolves when it was said. The recogniser double is told what it will be. */
  async says(text: string): Promise<SpokenLine> {
    await this.#client.tellScript(this.callId, [text]);
    return this.#speaks(text);
  }

  async #speaks(text: string): Promise<SpokenLine> {
    const utterance = this.lines.get(text);
    if (!utterance) throw new Error('a line that was not rendered before the call');
    const line = this.#mouth.say(utterance);
    await this.until(() => !this.#mouth.speaking, Infinity);
    return line;
  }

  /** Resolves when the agent has begun to speak after `sinceMs` and then been quiet for `quietMs`. */
  async answered(sinceMs: number, { quietMs, withinMs }: { quietMs: number; withinMs: number }): Promise<boolean> {
    const began = await this.until(() => this.activity.spokeSince(sinceMs), withinMs);
    return began && this.until(() => this.activity.quietMs >= quietMs, Infinity);
  }

  /** How often the stream broke and came back. */
  get returns(): number {
    return this.#call.returns;
  }

  get nowMs(): number {
    return this.activity.nowMs;
  }

  /** What the api sent so far, as it came. */
  get received(): readonly ReceivedCommand[] {
    return this.#call.received;
  }

  /** What the caller heard, or will hear of what has come. */
  heard(fromMs: number, lengthMs: number): Int16Array {
    return this.#call.playback.heard(fromMs, lengthMs);
  }

  hangUp(): void {
    this.#call.hangUp();
  }

  /** Its first sound has come, and its greeting is over. */
  async greeted(): Promise<void> {
    const greeted = await this.answered(0, { quietMs: 900, withinMs: 15_000 });
    if (!greeted) throw new Error('the agent did not greet');
  }

  /** The line is gone, and the carrier's hang-up was told. */
  async over(): Promise<void> {
    await this.until(() => false, Infinity);
    await this.#call.wentDown();
  }

  /** Stretches in which nothing of the agent was audible, from an instant to another; the carrier's delay taken off. */
  silences(fromMs: number, toMs: number): number[] {
    const silences: number[] = [];
    let sinceMs = fromMs + CARRIER_DELAY_MS;
    for (let atMs = sinceMs; atMs < toMs; atMs += FRAME_MS) {
      if (rms(this.#call.playback.heard(atMs, FRAME_MS)) < AUDIBLE_RMS) continue;
      silences.push(atMs - sinceMs);
      sinceMs = atMs + FRAME_MS;
    }
    return [...silences, Math.max(0, toMs - sinceMs)];
  }

  /** The call as it is known by now. */
  live = (): Promise<ApiCall> => this.#client.call(this.callId);

  /** What is kept of the call once it is finished, as another node may tell it too. */
  record({ centre }: { centre: Centre } = this): Promise<ApiCall> {
    return new CentreClient(centre, systemClock).finishedCall(this.callId, FINISHED_WITHIN_MS);
  }

  speak(): Int16Array {
    return this.#mouth.frame();
  }

  hear(_index: number, samples: Int16Array): void {
    this.activity.hear(samples);
    for (const waiter of this.#waiters) {
      if (waiter.met()) this.#settle(waiter, true);
      else if (this.nowMs >= waiter.untilMs) this.#settle(waiter, false);
    }
  }

  ended(end: RingoverCallEnd): void {
    this.end = end;
    for (const waiter of this.#waiters) this.#settle(waiter, waiter.met());
  }

  /** Looked at with each frame; also false when the line went. */
  until(met: () => boolean, withinMs: number): Promise<boolean> {
    if (this.end || met()) return Promise.resolve(met());
    return new Promise((resolve) => this.#waiters.add({ met, untilMs: this.nowMs + withinMs, resolve }));
  }

  get #client(): CentreClient {
    return new CentreClient(this.centre, systemClock);
  }

  #settle(waiter: Waiter, met: boolean): void {
    this.#waiters.delete(waiter);
    waiter.resolve(met);
  }
}
