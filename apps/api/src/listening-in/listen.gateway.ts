import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { SocketAccess } from '../auth/socket-access.js';
import type { DoorOptions } from '../media/upgrade-adapter.js';
import { InjectLogger, type Logger } from '../process-parts.js';
import { ListenGate, type Listener } from './listen.gate.js';
import { ListenIn, type Listening, type NoListening } from './listen-in.js';

/** About eight seconds of two channels at 8 kHz: who is further behind does not hear what comes meanwhile. */
const MAX_UNSENT_BYTES = 262_144;

/** Of our own (RFC 6455 §7.4.2); the reason is the code of a problem. */
const CLOSE_CODES: Readonly<Record<NoListening, number>> = {
  'call.not-found': 4_404,
  'call.ended': 4_410,
  'request.too-many': 4_429,
};

/** Where supervisors hear a live call: a JSON message that says how to read it, then its sound; whatever they send is not heard. */
@WebSocketGateway<DoorOptions>({ path: '/api/v1/calls/:id/listen', gate: ListenGate })
export class ListenGateway implements OnGatewayConnection {
  constructor(
    private readonly listenIn: ListenIn,
    private readonly access: SocketAccess,
    @InjectLogger() private readonly log: Logger,
  ) {}

  handleConnection(socket: WebSocket, { asker, callId }: Listener): void {
    socket.on('error', () => socket.terminate());
    this.access.watch(socket, asker, 'calls:listen');
    this.#listen(socket, callId).catch((error: unknown) => {
      this.log.error({ error, callId }, 'listening to a call broke');
      socket.terminate();
    });
  }

  async #listen(socket: WebSocket, callId: string): Promise<void> {
    const stop = await this.listenIn.to(callId, listeningBy(socket));
    if (typeof stop === 'string') return socket.close(CLOSE_CODES[stop], stop);
    if (socket.readyState === socket.OPEN) socket.once('close', stop);
    else stop();
  }
}

const listeningBy = (socket: WebSocket): Listening => ({
  header: (header) => socket.send(JSON.stringify(header)),
  sound: (pairs) => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount < MAX_UNSENT_BYTES) socket.send(Buffer.from(pairs));
  },
  over: () => socket.close(1_000, 'over'),
});
