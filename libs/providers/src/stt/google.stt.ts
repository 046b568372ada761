import { pcmToBytes, samplesIn } from '@app/audio';
import {
  type Heard,
  ProviderError,
  type SpeechToText,
  type SpeechToTextOptions,
  type SpeechToTextSession,
} from '@app/conversation/ports';
import { type Clock, Mailbox } from '@app/kernel';
import { Deadline } from '../deadline.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { GoogleAccount } from './google.account.js';
import type { GoogleChannel, GoogleLease, RecognizeCall } from './google.channel.js';
import { type CallFailure, failureOf, heardIn, recognitionRequest, type RecognizeResponse } from './google.wire.js';
import { SoundBatch } from './sound-batch.js';

export interface GoogleConfig extends VendorConfig {
  /** `global`, `eu`, `us-central1`; the address must be of the same place. */
  location?: string;
  /** Only where the key does not name it. */
  project?: string;
}

const BATCH_MS = 60;
/** Theirs ends a stream after five minutes. */
const LONGEST_MS = 240_000;
/** Theirs ends a stream without sound after about 10 s. */
const KEEP_ALIVE_MS = 3_000;
const SILENCE_MS = 20;
/** A connection is there, and nobody says that the stream is refused: it is open, though no headers came. */
const NO_NEWS_MS = 300;
/** Streams that wait for their last words: more, and nobody is there. */
const MOST_STREAMS = 5;
/** Messages that the connection did not take: one minute. */
const MOST_WAITING = 1_000;

/** Google Cloud's Speech-to-Text v2 over gRPC. */
export class GoogleSpeechToText implements SpeechToText {
  readonly name: string;
  readonly capabilities = { wordTimes: false, endpoints: false };
  readonly #account: GoogleAccount;

  constructor(
    private readonly config: GoogleConfig,
    private readonly clock: Clock,
    private readonly channel: GoogleChannel,
  ) {
    this.name = `google/${config.model}`;
    this.#account = new GoogleAccount(config.apiKey, clock);
  }

  async open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    options.signal.throwIfAborted();
    const lease = await this.channel.lease();
    const request = await this.#request(options).catch(() => {
      lease.giveBack();
      throw new ProviderError(this.name, 'refused', { cause: new Error('the key of the account signs nothing') });
    });
    const session = new GoogleSession({ provider: this.name, clock: this.clock, lease, ...request }, options);
    await session.opened(timeoutsOf(this.config).connectMs);
    return session;
  }

  async #request(options: SpeechToTextOptions): Promise<Pick<Recognising, 'opening' | 'headers' | 'firstMs'>> {
    const { location = 'global', project = this.#account.project ?? '-', model } = this.config;
    const recognizer = `projects/${project}/locations/${location}/recognizers/_`;
    return {
      opening: recognitionRequest(recognizer, model, options),
      headers: {
        authorization: `Bearer ${await this.#account.token()}`,
        'x-goog-request-params': `recognizer=${encodeURIComponent(recognizer)}`,
        'x-client-request-id': options.callId,
      },
      firstMs: timeoutsOf(this.config).firstMs,
    };
  }
}

interface Recognising {
  provider: string;
  clock: Clock;
  lease: GoogleLease;
  opening: object;
  headers: Readonly<Record<string, string>>;
  /** For the last words after a stream was ended. */
  firstMs: number;
}

interface Stretch {
  call: RecognizeCall;
  /** What it told while an older one was not over. */
  waiting: Heard[];
  soundMs: number;
  state: 'heard' | 'ended' | 'asked';
}

/**
 * A stream cannot be asked for the words in flight, only ended: each `finish` ends one, which then settles its words, and
 * begins the next. Words of a stream are told when those before it are over.
 */
class GoogleSession implements SpeechToTextSession {
  readonly heard = new Mailbox<Heard>();
  readonly #batch: SoundBatch;
  readonly #quiet: Deadline;
  readonly #answer: Deadline;
  readonly #opening = Promise.withResolvers<void>();
  #stretches: Stretch[] = [];
  #spokeSinceCheck = false;
  #over = false;

  constructor(
    private readonly of: Recognising,
    private readonly options: SpeechToTextOptions,
  ) {
    this.#opening.promise.catch(() => undefined); // told by `opened`, or by `heard`
    this.#batch = new SoundBatch(new Int16Array(samplesIn(BATCH_MS, options.rateHz)), (samples) => this.#send(samples));
    this.#quiet = new Deadline(of.clock, () => this.#keepAlive());
    this.#answer = new Deadline(of.clock, () => this.#end(new ProviderError(of.provider, 'timed-out')));
    options.signal.addEventListener('abort', this.#aborted, { once: true });
    this.#begin();
  }

  /** @throws ProviderError when it is not open in time; the signal's reason when aborted before */
  async opened(connectMs: number): Promise<void> {
    const news = new Deadline(this.of.clock, () => this.#opening.resolve());
    const late = new Deadline(this.of.clock, () => this.#end(new ProviderError(this.of.provider, 'timed-out')));
    let isDialling = true;
    late.within(connectMs);
    this.of.lease.whenReady(() => isDialling && news.within(NO_NEWS_MS));
    try {
      if (this.options.signal.aborted) this.#aborted();
      await this.#opening.promise;
      this.#quiet.within(KEEP_ALIVE_MS);
    } finally {
      isDialling = false;
      news.met();
      late.met();
      if (this.#over) this.#quiet.met();
    }
  }

  push(samples: Int16Array): void {
    if (!this.#over) this.#batch.push(samples);
  }

  finish(): void {
    if (this.#over) return;
    this.#batch.flush();
    const last = this.#stretches.at(-1);
    if (!last) return;
    if (last.soundMs === 0) return this.#tell(last, [NOTHING]);
    this.#turnOver(last, 'asked');
    this.#answer.within(this.of.firstMs);
  }

  #begin(): void {
    const call = this.of.lease.recognise(this.of.headers);
    const stretch: Stretch = { call, waiting: [], soundMs: 0, state: 'heard' };
    this.#stretches.push(stretch);
    call.on('metadata', () => this.#opening.resolve());
    call.on('data', (response: RecognizeResponse) => this.#tell(stretch, heardIn(response)));
    call.on('end', () => this.#ended(stretch));
    call.on('error', (error: CallFailure) => this.#end(failureOf(this.of.provider, error)));
    call.write(this.of.opening);
  }

  #turnOver(stretch: Stretch, state: 'ended' | 'asked'): void {
    stretch.state = state;
    stretch.call.end();
    if (this.#stretches.length >= MOST_STREAMS) this.#end(new ProviderError(this.of.provider, 'timed-out'));
    else this.#begin();
  }

  #send(samples: Int16Array): void {
    const last = this.#stretches.at(-1);
    if (!last || this.#over) return;
    last.call.write({ audio: pcmToBytes(samples) });
    last.soundMs += BATCH_MS;
    this.#spokeSinceCheck = true;
    if (last.call.writableLength > MOST_WAITING) this.#end(new ProviderError(this.of.provider, 'timed-out'));
    else if (last.soundMs >= LONGEST_MS) this.#turnOver(last, 'ended');
  }

  #tell(stretch: Stretch, heard: readonly Heard[]): void {
    this.#opening.resolve();
    if (stretch.state === 'asked' && heard.some(({ type }) => type === 'words-settled')) stretch.state = 'ended';
    if (stretch === this.#stretches[0]) for (const item of heard) this.heard.push(item);
    else stretch.waiting.push(...heard);
  }

  /** No error came first: then it is over as it should be, or was ended by them. */
  #ended(stretch: Stretch): void {
    if (this.#over) return;
    if (stretch.state === 'asked') this.#tell(stretch, [NOTHING]);
    if (stretch.state === 'heard') return this.#end(failureOf(this.of.provider, {}));
    this.#stretches = this.#stretches.filter((each) => each !== stretch);
    for (const item of this.#stretches[0]?.waiting.splice(0) ?? []) this.heard.push(item);
    if (this.#stretches.length === 1) this.#answer.met();
  }

  #keepAlive(): void {
    const silence = new Int16Array(samplesIn(SILENCE_MS, this.options.rateHz));
    if (!this.#spokeSinceCheck) this.#stretches.at(-1)?.call.write({ audio: pcmToBytes(silence) });
    this.#spokeSinceCheck = false;
    this.#quiet.within(KEEP_ALIVE_MS);
  }

  readonly #aborted = (): void => {
    this.#opening.reject(this.options.signal.reason);
    this.#end();
  };

  /** Once; what comes later is not told. */
  #end(error?: ProviderError): void {
    if (this.#over) return;
    this.#over = true;
    if (error) this.#opening.reject(error);
    this.heard.close(error);
    this.#quiet.met();
    this.#answer.met();
    this.options.signal.removeEventListener('abort', this.#aborted);
    for (const { call } of this.#stretches.splice(0)) call.cancel();
    this.of.lease.giveBack();
  }
}

const NOTHING: Heard = { type: 'words-settled', text: '', confidence: 1, words: [] };
