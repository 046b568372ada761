import { FRAME_MS, Resampler, type SampleRateHz } from '@app/audio';
import type { Clock } from '@app/kernel';
import { type CallEventName, type IdsAs, newCallFacts, type RingoverCallFacts } from './call-events.js';
import { FramePump } from './frame-pump.js';
import { Playback } from './playback.js';
import { type StreamEnd, StreamerSocket } from './streamer-socket.js';
import { metadataJson, type NumbersAs, type StreamerCommand } from './streamer-wire.js';
import { AFTER_CALL_EVENTS, afterCallJson } from './webhook-bodies.js';
import { type Delivery, WebhookSender } from './webhook-sender.js';
import type { Signature } from './webhook-signature.js';

/** What the documents leave open, or what a carrier may do on a bad day; the first value of each is the usual. */
export interface RingoverSwitches {
  metadata: 'ids' | 'none' | 'opaque';
  idsAs: IdsAs;
  numbersAs: NumbersAs;
  webhookOrder: 'as-it-happened' | 'answered-first' | 'all-late';
  duplicateWebhooks: boolean;
  /** How a webhook proves itself. */
  signature: Signature;
  /** How far Ringover's clock is ahead of ours, in seconds; behind when negative. */
  clockSkewS: number;
  /** Events of which nothing is told. */
  lostWebhooks: 'none' | 'hangup' | 'all';
  /** Whether comments, a recording, a summary … follow the hang-up. */
  afterCall: boolean;
  retryDelaysMs: readonly number[];
  /** How the caller's digits reach the voicebot: as tones in the sound, as a text message, or both. */
  digitsAs: 'text' | 'tones' | 'both';
}

export const USUAL_SWITCHES: RingoverSwitches = {
  metadata: 'ids',
  idsAs: 'number',
  numbersAs: 'number',
  webhookOrder: 'as-it-happened',
  duplicateWebhooks: false,
  signature: 'jwt-v1',
  clockSkewS: 0,
  lostWebhooks: 'none',
  afterCall: false,
  retryDelaysMs: [250, 1_000, 3_000],
  digitsAs: 'both',
};

/** Where an account of Ringover's sends one number's calls. */
export interface RingoverRoute {
  /** `http://…` of the api, without a path. */
  apiUrl: string;
  webhookToken: string;
  callEventKey: string;
  /** The secret part of the number's audio socket. */
  mediaToken: string;
  rateHz: SampleRateHz;
  /** E.164 with or without `+`; sent without, as Ringover does. */
  fromNumber: string;
  toNumber: string;
}

export interface RingoverCallOptions {
  route: RingoverRoute;
  switches: RingoverSwitches;
  carrierDelayMs: number;
  clock: Clock;
  /** Of a call that there is already, because it was dialled or asked about; a new one if not said. */
  facts?: RingoverCallFacts;
}

/** What the api sent, and when; all in ms, instants since the stream began. */
export interface ReceivedCommand {
  atMs: number;
  command: StreamerCommand;
  /** Of sound: when its first sample was to be played to the caller. */
  playsAtMs?: number;
  /** Of a `break`: how much that was queued it dropped. */
  droppedMs?: number;
}

export type RingoverCallEnd = 'caller-hung-up' | 'agent-closed' | 'transferred' | 'lost';

/** The two ends of the caller's telephone. */
export interface Handset {
  /** What the caller's side sounds like during frame `index`; the array is sent at once and may be used again. */
  speak(index: number): Int16Array;
  /** What the caller heard during frame `index`. Called after `speak` of the same frame. */
  hear(index: number, samples: Int16Array): void;
  /** The line is gone: no frame comes after this. */
  ended(end: RingoverCallEnd): void;
}

const RINGS_FOR_MS = 300;
const SECONDS = 1_000;
const OPAQUE = 'ringover-media/1.0';

const digitsOnly = (number: string): string => number.replace(/\D/g, '');

/** One call at the virtual Ringover (await `loadResampler` before the first): its webhooks, its stream, and what was played to its caller. */
export class RingoverCall {
  readonly facts: RingoverCallFacts;
  readonly playback: Playback;
  readonly received: ReceivedCommand[] = [];
  readonly #webhooks: WebhookSender;
  #line: { stream: StreamerSocket; pump: FramePump; startedMs: number; startedAt: Date } | undefined;
  #end: RingoverCallEnd | undefined;
  #resampler: Resampler | undefined;
  #goodbye: Promise<void> = Promise.resolve();

  constructor(private readonly options: RingoverCallOptions) {
    const { route, switches, clock, carrierDelayMs } = options;
    const numbers = { fromNumber: digitsOnly(route.fromNumber), toNumber: digitsOnly(route.toNumber) };
    this.facts = options.facts ?? newCallFacts({ ...numbers, startedAtS: clock.date().getTime() / SECONDS });
    this.playback = new Playback({ rateHz: route.rateHz, delayMs: carrierDelayMs });
    const url = `${route.apiUrl}/api/v1/webhooks/ringover/call-event/${route.webhookToken}`;
    const { duplicateWebhooks: duplicates, ...sending } = switches;
    this.#webhooks = new WebhookSender({ url, key: route.callEventKey }, { ...sending, duplicates }, clock);
  }

  /** Rings, is answered, and opens the stream; frames flow from when this resolves. @throws StreamRefused */
  async begin(handset: Handset): Promise<void> {
    const order = this.options.switches.webhookOrder;
    if (order === 'as-it-happened') await this.#tell('ringing');
    await this.options.clock.sleep(RINGS_FOR_MS);
    if (order !== 'all-late') await this.#tell('answered');
    await this.#openStream(handset);
    if (order === 'answered-first') await this.#tell('ringing');
    if (order === 'all-late') await this.#tell('ringing').then(() => this.#tell('answered'));
  }

  /** The caller hangs up. */
  hangUp(): void {
    this.#end ??= 'caller-hung-up';
    this.#line?.stream.close();
  }

  /** The caller's telephone sends a digit outside of the sound. Not documented: the shape is that of `digits`, mirrored. */
  sendDigit(digit: string): void {
    this.#line?.stream.sendText(JSON.stringify({ event: 'digits', data: digit }));
  }

  /** Resolves when the hang-up webhook was delivered or given up. */
  async wentDown(): Promise<void> {
    await this.#goodbye;
  }

  /** Ms since the stream began. */
  nowMs(): number {
    return this.#line ? this.options.clock.nowMs() - this.#line.startedMs : 0;
  }

  get end(): RingoverCallEnd | undefined {
    return this.#end;
  }

  get startedAt(): Date | undefined {
    return this.#line?.startedAt;
  }

  get deliveries(): readonly Delivery[] {
    return this.#webhooks.deliveries;
  }

  get worstLatenessMs(): number {
    return this.#line?.pump.worstLatenessMs ?? 0;
  }

  async #openStream(handset: Handset): Promise<void> {
    const { route, clock, switches } = this.options;
    const stream = await StreamerSocket.open({
      url: `${route.apiUrl.replace(/^http/, 'ws')}/api/v1/media/ringover/${route.mediaToken}`,
      firstText: this.#firstText(),
      numbersAs: switches.numbersAs,
      command: (command) => this.#take(command),
      closed: (end) => this.#closed(end, handset),
    });
    if (this.#end) return stream.close(); // hung up while it was opening
    const pump = new FramePump(clock, (index) => {
      stream.sendFrame(handset.speak(index));
      handset.hear(index, this.playback.heard(index * FRAME_MS));
    });
    this.#line = { stream, pump, startedMs: clock.nowMs(), startedAt: clock.date() };
  }

  #firstText(): string | null {
    if (this.options.switches.metadata === 'none') return null;
    return this.options.switches.metadata === 'opaque' ? OPAQUE : metadataJson(this.facts, this.options.switches.idsAs);
  }

  #take(command: StreamerCommand): void {
    const atMs = this.nowMs();
    this.received.push({ atMs, command, ...this.#obey(command, atMs) });
  }

  #obey(command: StreamerCommand, atMs: number): Pick<ReceivedCommand, 'playsAtMs' | 'droppedMs'> {
    if (command.type === 'stream-audio') return { playsAtMs: this.playback.arrive(this.#atLineRate(command), atMs) };
    if (command.type === 'break') return { droppedMs: this.playback.break(atMs) };
    if (command.type === 'transfer') {
      this.#end ??= 'transferred';
      this.#line?.stream.close();
    }
    return {};
  }

  /** Ringover takes sound of three rates for a line of any. */
  #atLineRate({ samples, rateHz }: { samples: Int16Array; rateHz: SampleRateHz }): Int16Array {
    if (rateHz === this.playback.rateHz) return samples;
    if (this.#resampler?.fromHz !== rateHz) {
      this.#resampler?.close();
      this.#resampler = new Resampler(rateHz, this.playback.rateHz);
    }
    return this.#resampler.process(samples);
  }

  #closed(end: StreamEnd, handset: Handset): void {
    this.#line?.pump.stop();
    this.#resampler?.close();
    this.#end ??= end.code === 1_006 ? 'lost' : 'agent-closed';
    this.#goodbye = this.#tell('hangup').then(() => this.#tellAfterCall());
    handset.ended(this.#end);
  }

  async #tell(event: CallEventName): Promise<void> {
    const { lostWebhooks: lost } = this.options.switches;
    if (lost !== 'all' && lost !== event) await this.#webhooks.send(event, this.facts);
  }

  async #tellAfterCall(): Promise<void> {
    if (!this.options.switches.afterCall) return;
    for (const event of AFTER_CALL_EVENTS)
      await this.#webhooks.deliver(event, (options) => afterCallJson(event, this.facts, options));
  }
}
