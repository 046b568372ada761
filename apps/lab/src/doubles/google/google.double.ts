import type { Socket } from 'node:net';
import { bytesToPcm, type SampleRateHz } from '@app/audio';
import { Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { punctuated } from '../deepgram/deepgram-messages.js';
import { type Hearing, Listening } from '../deepgram/listening.js';
import type { Fault } from '../faults.js';
import { type EarParts, SampleJoiner } from '../open-ear.js';
import { Outbox } from '../outbox.js';
import { CallEars } from './call-ears.js';
import { type RecognizeRequest, streamingRecognize } from './cloud-speech.js';

type Call = ServerDuplexStream<RecognizeRequest, object>;

const RECOGNIZER = /^projects\/[^/]+\/locations\/[^/]+\/recognizers\/[^/]+$/;
const RATES: readonly number[] = [8_000, 16_000, 24_000];
const LINEAR16 = 1;
const MOST_AUDIO_BYTES = 15_360;
/** After so much silence what was said is final. */
const ENDPOINT_MS = 800;
const TRICKLE_MS = 5_000;
/** What a fault's HTTP status is in gRPC. */
const CODES: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
};

/** Google Cloud's Speech-to-Text v2, with ears of the lab's: gRPC, on connections that somebody else accepted. */
export class GoogleDouble {
  readonly #server = new Server();
  readonly #injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
  readonly #wires = new Set<Socket>();
  readonly #ears: CallEars;

  constructor(private readonly parts: EarParts) {
    this.#ears = new CallEars(parts);
    const method = streamingRecognize();
    const service = { StreamingRecognize: { ...method, originalName: 'streamingRecognize' } };
    this.#server.addService(service, { StreamingRecognize: (call: Call) => this.#take(call) });
  }

  connect(wire: Socket): void {
    this.#wires.add(wire);
    wire.on('close', () => this.#wires.delete(wire));
    this.#injector.injectConnection(wire);
  }

  close(): void {
    this.#server.forceShutdown();
    for (const wire of this.#wires) wire.destroy();
  }

  #take(call: Call): void {
    const callId = String(call.metadata.get('x-client-request-id')[0] ?? '');
    const fault = this.parts.faults.take('recogniser', callId);
    if (fault?.kind === 'status') return refuse(call, CODES[fault.status] ?? status.INTERNAL, 'told to refuse');
    new GoogleStream(call, { ...this.parts, ears: this.#ears }, callId, fault);
  }
}

/** One stream: what it is comes first, then sound; it settles its words at a pause, and when it is ended. */
class GoogleStream {
  readonly #outbox: Outbox<object>;
  readonly #joiner = new SampleJoiner();
  #listening: Listening | undefined;
  #isOver = false;

  constructor(
    private readonly call: Call,
    private readonly parts: EarParts & { ears: CallEars },
    private readonly callId: string,
    private readonly fault?: Fault,
  ) {
    this.#outbox = new Outbox(parts.clock, (answer) => this.#send(answer));
    call.on('data', (request: RecognizeRequest) => this.#read(request));
    call.on('end', () => this.#finish());
    call.on('cancelled', () => this.#close());
    call.on('error', () => this.#close());
  }

  #read(request: RecognizeRequest): void {
    if (this.#isOver) return;
    const wrong = this.#listening ? soundFault(request) : this.#begin(request);
    if (wrong) return this.#refuse(wrong);
    if (request.audio?.length) this.#listening?.hear(bytesToPcm(this.#joiner.join(request.audio)));
  }

  /** @returns what is wrong with its first request */
  #begin({ recognizer, streamingConfig }: RecognizeRequest): string | undefined {
    const { config, streamingFeatures } = streamingConfig ?? {};
    const { encoding, sampleRateHertz = 0, audioChannelCount } = config?.explicitDecodingConfig ?? {};
    if (!RECOGNIZER.test(recognizer)) return 'Invalid resource field value in the request.';
    if (!config) return 'The first request must contain a streaming_config.';
    if (encoding !== LINEAR16 || audioChannelCount !== 1) return 'Audio encoding or channels not supported.';
    if (!RATES.includes(sampleRateHertz)) return 'sample_rate_hertz is not one that is served.';
    if (config.model === '' || config.languageCodes.length === 0) return 'model and language_codes are required.';
    const rateHz = sampleRateHertz as SampleRateHz;
    const language = config.languageCodes[0] ?? 'auto';
    this.#listening = new Listening({
      rateHz,
      endpointingMs: ENDPOINT_MS,
      utteranceEndMs: undefined,
      open: (listener) => this.parts.ears.open({ callId: this.callId, rateHz, language, listener }),
      tell: (hearing) => this.#tell(hearing, language, streamingFeatures?.interimResults ?? false),
      nowMs: () => this.parts.clock.nowMs(),
      lost: () => this.#refuse('the recogniser is gone', status.INTERNAL),
    });
    return undefined;
  }

  #tell(hearing: Hearing, languageCode: string, interim: boolean): void {
    const atMs = this.parts.clock.nowMs();
    const result = (transcript: string, more: object) => ({ results: [{ alternatives: [{ transcript, ...more }], languageCode, ...more }] }); // prettier-ignore
    if (hearing.type === 'guess' && interim) {
      const text = punctuated(hearing.told.words, false).join(' ');
      this.#outbox.put(result(text, { stability: 0.8 }), atMs + this.#draw('interim'));
    }
    if (hearing.type !== 'settled') return;
    const { told, because, askedAtMs } = hearing;
    const dueMs = askedAtMs + this.#draw('final');
    if (told.words.length > 0) {
      this.parts.evidence.noteRecognised(this.callId, { ...told, atMs: this.parts.clock.date().getTime() });
      const confidence = told.words.reduce((sum, word) => sum + word.confidence, 0) / told.words.length;
      const seconds = Math.floor(told.endMs / 1_000);
      const resultEndOffset = { seconds, nanos: (told.endMs - seconds * 1_000) * 1_000_000 };
      const text = punctuated(told.words, because !== 'pause').join(' ');
      this.#outbox.put(result(text, { isFinal: true, confidence, resultEndOffset }), dueMs);
    }
    if (because === 'close') this.#outbox.put(OVER, dueMs);
  }

  /** The client ended it: the words in flight, then the end. */
  #finish(): void {
    if (this.#listening) this.#listening.settle('close');
    else this.#refuse('The first request must contain a streaming_config.');
  }

  #draw(of: 'interim' | 'final'): number {
    const trickles = this.fault?.kind === 'trickle' ? TRICKLE_MS : 0;
    return trickles + this.parts.waits.draw(this.parts.latencies.recogniser[of]);
  }

  #send(answer: object): void {
    if (this.#isOver || this.fault?.kind === 'hang') return;
    if (answer === OVER) {
      this.call.end();
      return this.#close();
    }
    if (this.fault?.kind === 'half-close') return this.#refuse('broken off', status.UNAVAILABLE);
    if (this.fault?.kind === 'malformed') return this.#refuse('Response message parsing error', status.INTERNAL);
    if (this.fault?.kind !== 'empty') this.call.write(answer);
  }

  #refuse(details: string, code = status.INVALID_ARGUMENT): void {
    if (this.#isOver) return;
    this.#close();
    refuse(this.call, code, details);
  }

  #close(): void {
    this.#isOver = true;
    this.#outbox.close();
    this.#listening?.close();
  }
}

const OVER = {};

const soundFault = ({ streamingConfig, audio }: RecognizeRequest): string | undefined => {
  if (streamingConfig) return 'Only the first request may contain a streaming_config.';
  return (audio?.length ?? 0) > MOST_AUDIO_BYTES ? 'Audio chunk can be of a maximum of 15360 bytes.' : undefined;
};

function refuse(call: Call, code: status, details: string): void {
  call.emit('error', { code, details });
}
