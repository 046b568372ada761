import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { DeepgramSocket, readListen } from './deepgram/deepgram.double.js';
import { FluxSocket, readFlux } from './deepgram/flux.double.js';
import { ScribeSocket } from './elevenlabs/scribe.double.js';
import type { Fault } from './faults.js';
import type { EarParts } from './open-ear.js';
import { LiveTranscriptionSocket } from './openai/live-transcription.double.js';

/** What becomes of a socket that was asked for. */
export type Admission = { status: number; body?: object } | { serve: (socket: WebSocket) => void };

interface Asked {
  request: IncomingMessage;
  query: URLSearchParams;
  parts: EarParts;
}

const EARS: Readonly<Record<string, (asked: Asked) => Admission>> = {
  '/deepgram/v1/listen': ({ request, query, parts }) => {
    const asked = readListen(request.headers.authorization, query);
    if ('status' in asked) return asked;
    return unlessRefused(parts, asked.tag, (socket, fault) => new DeepgramSocket(socket, parts, asked, fault));
  },
  '/deepgram/v2/listen': ({ request, query, parts }) => {
    const asked = readFlux(request.headers.authorization, query);
    if ('status' in asked) return asked;
    return unlessRefused(parts, asked.tag, (socket, fault) => new FluxSocket(socket, parts, asked, fault));
  },
  '/elevenlabs/v1/speech-to-text/realtime': ({ request, query, parts }) => {
    const authorized = Boolean(request.headers['xi-api-key'] ?? query.get('token'));
    const callId = callIdOf(request);
    return unlessRefused(parts, callId, (socket, fault) =>
      ScribeSocket.serve(socket, parts, { callId, query, authorized }, fault),
    );
  },
  '/openai/v1/realtime': ({ request, query, parts }) => {
    if (!/^Bearer \S+/.test(request.headers.authorization ?? '')) return { status: 401 };
    if (String(query) !== 'intent=transcription') return { status: 400 }; // with a model it is a conversation
    const callId = callIdOf(request);
    return unlessRefused(parts, callId, (socket, fault) => new LiveTranscriptionSocket(socket, parts, callId, fault));
  },
};

/** The recogniser at this address; undefined where there is none. */
export function admitToEar(request: IncomingMessage, parts: EarParts): Admission | undefined {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://lab');
  return EARS[pathname]?.({ request, query, parts });
}

function unlessRefused(
  { faults }: EarParts,
  callId: string,
  serve: (socket: WebSocket, fault: Fault | undefined) => void,
): Admission {
  const fault = faults.take('recogniser', callId);
  return fault?.kind === 'status' ? { status: fault.status } : { serve: (socket) => serve(socket, fault) };
}

const callIdOf = ({ headers }: IncomingMessage): string => String(headers['x-client-request-id'] ?? '');
