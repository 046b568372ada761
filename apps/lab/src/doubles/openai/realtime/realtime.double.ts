import type { IncomingMessage } from 'node:http';
import { ScriptEngine } from '../../../engines/script.engine.js';
import type { Admission } from '../../ears.js';
import { FileEars } from '../file-ears.js';
import type { RealtimeParts } from './realtime-parts.js';
import { RealtimeSocket } from './realtime-socket.js';

const PATH = '/openai/v1/realtime';

/** OpenAI's Realtime API: an ear, the receptionist and a voice behind one socket. */
export class RealtimeDouble {
  /** Kept over the sockets of a call: who goes by a script must know how far it is. */
  readonly #ears: FileEars;

  constructor(private readonly parts: RealtimeParts) {
    const script = new ScriptEngine((callId) => parts.evidence.scriptOf(callId)?.lines ?? []); // another one hears the same call
    const recognisers = () => parts.recognisers.map((engine) => (engine.kind === 'script' ? script : engine));
    this.#ears = new FileEars({
      ...parts,
      get recognisers() {
        return recognisers();
      },
    });
  }

  /** Undefined when no model is named: then it is no conversation. */
  admit(request: IncomingMessage): Admission | undefined {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://lab');
    const model = query.get('model');
    if (pathname !== PATH || model === null || query.has('intent')) return undefined;
    if (!/^Bearer \S+/.test(request.headers.authorization ?? '')) return { status: 401 };
    if (request.headers['openai-beta'] !== undefined || model === '') return { status: 400 };
    const callId = String(request.headers['x-client-request-id'] ?? '');
    const fault = this.parts.faults.take('model', callId, ({ kind }) => kind === 'status');
    if (fault) return { status: fault.status };
    return { serve: (socket) => new RealtimeSocket(socket, { ...this.parts, ears: this.#ears }, { callId, model }) };
  }

  close(): void {
    this.#ears.close();
  }
}
