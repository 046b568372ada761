import { FRAME_MS, Resampler, type SampleRateHz } from '@app/audio';
import type { Clock } from '@app/kernel';
import { type CallEventName, type IdsAs, newCallFacts, type RingoverCallFacts } from './call-events.js';
import { FramePump } from './frame-pump.js';
import { Playback } from './playback.js';
import { type StreamEnd, StreamerSocket, StreamRefused } from './streamer-socket.js';
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
  /** Whether a stream that broke without a goodbye is opened again; whether Ringover does so is not documented. */
  reconnects: boolean;
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
  reconnects: false,
};

/** Where an account of Ringover's sends one number's calls. */
export interface RingoverRoute {
  /** `http://…` of the api, without a path. */
  apiUrl: string;
  /** Of more nodes behind the same balancer: who cannot be reached is passed over. */
  otherApiUrls?: readonly string[];
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
/** A stream that broke is opened again after a moment, at the next node, and again for so long. */
const RECONNECT_AFTER_MS = 200;
const RECONNECTS_FOR_MS = 10_000;
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
  /** Which of the nodes is asked. */
  #node = 0;
  #returns = 0;

  constructor(private readonly options: RingoverCallOptions) {
    const { route, switches, clock, carrierDelayMs } = options;
    const numbers = { fromNumber: digitsOnly(route.fromNumber), toNumber: digitsOnly(route.toNumber) };
    this.facts = options.facts ?? newCallFacts({ ...numbers, startedAtS: clock.date().getTime() / SECONDS });
    this.playback = new Playback({ rateHz: route.rateHz, delayMs: carrierDelayMs });
    const { duplicateWebhooks: duplicates, ...sending } = switches;
    const urlOf = () => `${this.#hookedAt()}/api/v1/webhooks/ringover/call-event/${route.webhookToken}`;
    const target = {
      key: route.callEventKey,
      get url() {
        return urlOf();
      },
    };
    this.#webhooks = new WebhookSender(target, { ...sending, duplicates }, clock);
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

  /** How often its stream broke and was opened again. */
  get returns(): number {
    return this.#returns;
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
    const { clock } = this.options;
    const stream = await this.#openAnywhere(handset);
    if (this.#end) return stream.close(); // hung up while it was opening
    const pump = new FramePump(clock, (index) => {
      this.#line?.stream.sendFrame(handset.speak(index));
      handset.hear(index, this.playback.heard(index * FRAME_MS));
    });
    this.#line = { stream, pump, startedMs: clock.nowMs(), startedAt: clock.date() };
  }

  /** At the first node that takes it. @throws StreamRefused of the last */
  async #openAnywhere(handset: Handset): Promise<StreamerSocket> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#openAt(this.#apiUrl, handset);
      } catch (error) {
        if (tries >= this.#apiUrls.length) throw error;
        this.#node += 1;
      }
    }
  }

  #openAt(apiUrl: string, handset: Handset): Promise<StreamerSocket> {
    const { route, switches } = this.options;
    return StreamerSocket.open({
      url: `${apiUrl.replace(/^http/, 'ws')}/api/v1/media/ringover/${route.mediaToken}`,
      firstText: this.#firstText(),
      numbersAs: switches.numbersAs,
      command: (command) => this.#take(command),
      closed: (end) => this.#closed(end, handset),
    });
  }

  get #apiUrls(): string[] {
    const { apiUrl, otherApiUrls = [] } = this.options.route;
    return [apiUrl, ...otherApiUrls];
  }

  get #apiUrl(): string {
    return this.#apiUrls[this.#node % this.#apiUrls.length] ?? '';
  }

  /** A node that did not answer the last delivery is passed over. */
  #hookedAt(): string {
    if (this.deliveries.at(-1)?.status === null) this.#node += 1;
    return this.#apiUrl;
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
    const isLost = end.code === 1_006 && !this.#end;
    if (isLost) this.#node += 1;
    if (isLost && this.options.switches.reconnects) void this.#reopen(handset).catch(() => this.#finish(end, handset));
    else this.#finish(end, handset);
  }

  /** The caller stays on the telephone, and hears nothing meanwhile. @throws StreamRefused when nobody took it in time */
  async #reopen(handset: Handset): Promise<void> {
    const { clock } = this.options;
    const sinceMs = clock.nowMs();
    for (;;) {
      await clock.sleep(RECONNECT_AFTER_MS);
      if (this.#end) throw new StreamRefused('the caller hung up');
      try {
        const stream = await this.#openAnywhere(handset);
        this.#returns += 1;
        if (this.#line) this.#line.stream = stream;
        if (this.#end) stream.close();
        return;
      } catch (error) {
        if (clock.nowMs() - sinceMs > RECONNECTS_FOR_MS) throw error;
      }
    }
  }

  #finish(end: StreamEnd, handset: Handset): void {
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
