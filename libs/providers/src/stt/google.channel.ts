import { createRequire } from 'node:module';
import type * as GrpcJs from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/proto-loader';
import type { RecognizeResponse } from './google.wire.js';

export type RecognizeCall = GrpcJs.ClientDuplexStream<object, RecognizeResponse>;

const MAX_MESSAGE_BYTES = 1_000_000;
/** A connection of theirs carries 100 streams; a session has two for a moment. */
const SESSIONS_EACH = 40;

interface Grpc {
  grpc: typeof GrpcJs;
  method: MethodDefinition<object, object>;
}

/** A place on a connection, for one session. */
export interface GoogleLease {
  recognise(headers: Readonly<Record<string, string>>): RecognizeCall;
  /** Once it is connected; never, where it cannot be. */
  whenReady(ready: () => void): void;
  giveBack(): void;
}

/** Connections to Google's recogniser, shared by sessions. gRPC is loaded when the first one is asked for. */
export class GoogleChannel {
  readonly #clients: { client: GrpcJs.Client; sessions: number }[] = [];
  #loading: Promise<Grpc> | undefined;

  /** @param url of `http:`, which is without TLS, or `https:`; gRPC knows no path */
  constructor(private readonly url: string) {}

  async lease(): Promise<GoogleLease> {
    this.#loading ??= loadGrpc();
    const { grpc, method } = await this.#loading;
    const place = this.#clients.find(({ sessions }) => sessions < SESSIONS_EACH) ?? this.#dial(grpc);
    place.sessions += 1;
    return {
      recognise: (headers) => {
        const metadata = new grpc.Metadata();
        for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
        const { path, requestSerialize, responseDeserialize } = method;
        const read = (bytes: Buffer) => responseDeserialize(bytes) as RecognizeResponse;
        return place.client.makeBidiStreamRequest(path, requestSerialize, read, metadata);
      },
      whenReady: (ready) => place.client.waitForReady(Infinity, (error) => error ?? ready()),
      giveBack: () => (place.sessions -= 1),
    };
  }

  close(): void {
    for (const { client } of this.#clients.splice(0)) client.close();
  }

  #dial(grpc: Grpc['grpc']): { client: GrpcJs.Client; sessions: number } {
    const { protocol, hostname, port } = new URL(this.url);
    const isPlain = protocol === 'http:';
    const credentials = isPlain ? grpc.credentials.createInsecure() : grpc.credentials.createSsl();
    const client = new grpc.Client(`${hostname}:${port || (isPlain ? 80 : 443)}`, credentials, {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.use_local_subchannel_pool': 1, // else all would share one connection
      'grpc.enable_retries': 0,
    });
    const place = { client, sessions: 0 };
    this.#clients.push(place);
    return place;
  }
}

/** With the messages as Google's own client has them, without that client: it takes 55 MB and tokens from machines around it. */
async function loadGrpc(): Promise<Grpc> {
  const [grpc, { fromJSON }] = await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')]);
  const messages = createRequire(import.meta.url)('@google-cloud/speech/build/protos/protos.json') as object;
  const service = fromJSON(messages, { defaults: true, enums: String, longs: Number })['google.cloud.speech.v2.Speech'];
  return { grpc, method: (service as { StreamingRecognize: Grpc['method'] }).StreamingRecognize };
}
