import {
  ProviderError,
  type SpeechToSpeech,
  type SpeechToSpeechOptions,
  type SpeechToSpeechSession,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { openSocket } from '../socket.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { sessionUpdate, sessionUrl } from './openai-realtime.wire.js';
import { RealtimeSession } from './realtime-session.js';

export interface OpenAiRealtimeConfig extends VendorConfig {
  /** A session is left for another one when it is so old; theirs end after an hour. */
  sessionMs?: number;
}

/** Five minutes before their end of a session (60 minutes). */
const SESSION_MS = 55 * 60_000;
/** Over a minute of 24 kHz sound in base64. */
const MAX_MESSAGE_BYTES = 8_000_000;

/** OpenAI's Realtime API (GA), over a WebSocket: one socket a call. */
export class OpenAiRealtime implements SpeechToSpeech {
  readonly name: string;

  constructor(
    private readonly config: OpenAiRealtimeConfig,
    private readonly clock: Clock,
  ) {
    this.name = `openai-realtime/${config.model}`;
  }

  async open(options: SpeechToSpeechOptions): Promise<SpeechToSpeechSession> {
    const { apiKey, sessionMs = SESSION_MS } = this.config;
    const parts = { provider: this.name, clock: this.clock, options, sessionMs, ...timeoutsOf(this.config) };
    const session = new RealtimeSession(parts);
    const socket = await openSocket(
      {
        provider: this.name,
        url: sessionUrl(this.config),
        headers: { authorization: `Bearer ${apiKey}`, 'x-client-request-id': options.callId },
        ...timeoutsOf(this.config),
        maxMessageBytes: MAX_MESSAGE_BYTES,
        clock: this.clock,
        signal: options.signal,
      },
      session,
    );
    if (socket.over) throw new ProviderError(this.name, 'unreachable'); // lost in the very tick in which it opened
    socket.send(JSON.stringify(sessionUpdate(options)));
    session.start(socket);
    return session;
  }
}
