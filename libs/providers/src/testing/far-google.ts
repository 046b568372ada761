import { createRequire } from 'node:module';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Fault, SpeechToTextFarEnd } from '@app/conversation/testing';
import { Metadata, Server, ServerCredentials, type ServerDuplexStream, type ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { Sightings } from './far-server.js';

const OVERSIZE_BYTES = 1_100_000;
const CODES: Partial<Record<Fault, number>> = { 'status-401': 16, 'status-429': 8, 'status-500': 13 };

interface Request {
  streamingConfig?: object;
  audio?: Buffer;
}
type Call = ServerDuplexStream<Request, object | Buffer>;

/** Google's end of `StreamingRecognize`, over a wire without TLS. */
export class FarGoogle implements SpeechToTextFarEnd {
  readonly seen = new Sightings();
  readonly calls: Call[] = [];
  readonly openings: object[] = [];
  /** Samples, over all streams. */
  samples = 0;
  /** Streams that the client ended. */
  ended = 0;
  /** Whether a stream's headers come before its first answer, and its end when the client ends it. */
  headsFirst = true;
  answersEnds = true;
  readonly #server = new Server();
  readonly #wires = new Set<Socket>();
  readonly #net = createServer((wire) => this.#connect(wire));
  readonly #injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
  #refusing: Fault | undefined;
  #spoiled = false;
  #closed: Promise<unknown> | undefined;

  static async open(): Promise<FarGoogle> {
    const far = new FarGoogle();
    far.#server.addService(service(), { StreamingRecognize: (call: Call) => far.#take(call) });
    far.#net.listen(0, '127.0.0.1');
    await once(far.#net, 'listening');
    return far;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#net.address() as AddressInfo | null)?.port ?? 1}`;
  }

  change(text: string): void {
    void this.answer([{ alternatives: [{ transcript: text }], isFinal: false }]);
  }
  settle(text: string, { confidence }: { confidence: number }): void {
    void this.answer([{ alternatives: [{ transcript: text, confidence }], isFinal: true }]);
  }
  endSpeech(): void {} // it is not asked for
  /** Resolves when it was sent: what is answered then comes after it. */
  answer(results: object[], call = this.calls.at(-1)): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#spoiled) call?.write({ results }, () => resolve());
    });
  }

  refuse(fault: Fault): void {
    this.#refusing = fault;
    if (fault === 'no-listener') this.#closed = this.close();
  }
  fail(fault: Fault): void {
    const call = this.calls.at(-1);
    this.#spoiled = true;
    if (fault === 'silent') this.answersEnds = false;
    if (fault === 'malformed') call?.write(Buffer.from('<html>Bad gateway</html>'));
    if (fault === 'oversize')
      call?.write({ results: [{ alternatives: [{ transcript: ' '.repeat(OVERSIZE_BYTES) }] }] });
    if (fault === 'cut') call?.write({ results: [] }, () => setImmediate(() => this.#cut()));
  }

  async reached(): Promise<void> {
    await this.#closed;
    if (this.#net.listening) await this.seen.until(() => this.#wires.size > 0);
  }
  hears(samples: number): Promise<void> {
    return this.seen.until(() => this.samples === samples);
  }
  finishes(times: number): Promise<void> {
    return this.seen.until(() => this.ended === times);
  }

  async close(): Promise<void> {
    if (!this.#net.listening) return;
    const closed = once(this.#net, 'close');
    this.#net.close();
    this.#server.forceShutdown();
    this.#cut();
    await closed;
  }

  #cut(): void {
    for (const wire of this.#wires) wire.destroy();
  }

  #connect(wire: Socket): void {
    this.#wires.add(wire);
    wire.on('error', () => undefined);
    wire.on('close', () => this.#wires.delete(wire));
    if (this.#refusing !== 'half-open') this.#injector.injectConnection(wire);
    this.seen.changed();
  }

  #take(call: Call): void {
    const code = this.#refusing && CODES[this.#refusing];
    call.on('error', () => undefined);
    if (code) return void call.emit('error', { code, details: 'You said: my name is Zoë.' });
    this.calls.push(call);
    if (this.headsFirst) call.sendMetadata(new Metadata());
    call.on('data', ({ streamingConfig, audio }: Request) => {
      if (streamingConfig) this.openings.push(streamingConfig);
      this.samples += (audio?.length ?? 0) / 2;
      this.seen.changed();
    });
    call.on('end', () => {
      this.ended += 1;
      if (this.answersEnds) call.end();
      this.seen.changed();
    });
    this.seen.changed();
  }
}

/** Theirs, but that a message may be what is none. */
function service(): ServiceDefinition {
  const messages = createRequire(import.meta.url)('@google-cloud/speech/build/protos/protos.json') as object;
  const { StreamingRecognize: method } = fromJSON(messages)['google.cloud.speech.v2.Speech'] as ServiceDefinition;
  if (!method) throw new Error('their messages have no StreamingRecognize any more');
  const write = (answer: object) => (Buffer.isBuffer(answer) ? answer : method.responseSerialize(answer));
  return { StreamingRecognize: { ...method, responseSerialize: write } };
}
