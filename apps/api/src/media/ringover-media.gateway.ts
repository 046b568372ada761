import { type CallId, newCallId } from '@app/kernel';
import type { PhoneNumber } from '@app/persistence';
import { firstText, type MetadataPaths, readStreamIds, RingoverLine, type RingoverLineSettings } from '@app/telephony';
import { Inject, Optional } from '@nestjs/common';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { CallCarrier } from '../calls/arrived-call.js';
import type { Returned } from '../calls/returned-calls.js';
import { PlacedCalls } from '../outbound/placed-calls.js';
import { type Clock, InjectClock, InjectLogger, type Logger } from '../process-parts.js';
import { CallClaims } from './call-claims.js';
import type { RestHangUps } from './rest-hang-ups.js';
import { MediaTokenGate } from './media-token.gate.js';
import { StreamMatcher } from './stream-matcher.js';
import type { DoorOptions } from './upgrade-adapter.js';
import type { UpgradeAsk } from './upgrade-router.js';

/** How long a stream may take to say which call it is; sound ends the wait sooner. */
const INTRODUCTION_MS = 500;

/** Of our own: this call has a stream already. 4000 to 4999 are free for applications (RFC 6455 §7.4.2). */
const SECOND_STREAM = 4_409;

export interface RingoverStreamConfig {
  line: RingoverLineSettings;
  metadata: MetadataPaths;
  /** Ends calls beyond their streams; undefined: closing the stream is all. */
  hangUps: Pick<RestHangUps, 'end'> | undefined;
}
export const RINGOVER_STREAM = Symbol('ringover stream');

/** Where Ringover's media servers bring a call's sound. */
@WebSocketGateway<DoorOptions>({ path: '/api/v1/media/ringover/:token', gate: MediaTokenGate })
export class RingoverMediaGateway implements OnGatewayConnection {
  constructor(
    private readonly matcher: StreamMatcher,
    private readonly claims: CallClaims,
    private readonly carrier: CallCarrier,
    @Inject(RINGOVER_STREAM) private readonly config: RingoverStreamConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly log: Logger,
    @Optional() @Inject(PlacedCalls) private readonly placed?: Pick<PlacedCalls, 'take'>,
  ) {}

  handleConnection(socket: WebSocket, number: PhoneNumber, ask: UpgradeAsk): void {
    const line = new RingoverLine(socket, this.config.line, this.clock); // keeps the sound while the call is looked for
    this.#serve(socket, line, { number, ask }).catch((error: unknown) => {
      this.log.error({ error }, 'stream broke');
      socket.terminate();
    });
  }

  async #serve(socket: WebSocket, line: RingoverLine, guest: { number: PhoneNumber; ask: UpgradeAsk }): Promise<void> {
    const { id, e164, agent } = guest.number;
    const text = await firstText(socket, this.clock, INTRODUCTION_MS);
    const ids = readStreamIds({ text, ...guest.ask }, this.config.metadata);
    const matched = await this.matcher.match(e164, ids);
    let { carrierCallId } = matched;
    line.whenHungUp(() => void this.config.hangUps?.end(carrierCallId));
    if (await this.matcher.isSecondLeg(e164, matched, line)) return;
    const returned = await this.claims.returned(matched.carrierCallId);
    if (returned.state !== 'new') return this.#goOn(socket, line, { e164, returned });
    const [placed, routed] = await Promise.all([
      this.placed?.take(e164, matched),
      this.matcher.routeOf(e164, matched.carrierCallId),
    ]);
    const { agentId = agent.id, ...facts } = placed ?? {};
    const match = { id: newCallId(), ...matched, ...facts };
    carrierCallId = match.carrierCallId; // whoever placed it may know it where the stream did not say it
    const callId = match.id;
    const about = { callId, numberId: id, carrierCallId };
    if (match.matchedBy === 'none') this.log.warn(about, 'stream without a call');
    const route = placed ? undefined : routed;
    const number = { e164, agentId: route?.agentId ?? agentId };
    const { routedBy } = route ?? {};
    const carry = () =>
      this.carrier.carry({ line, carrier: 'ringover', number, ...match, ...(routedBy && { routedBy }) });
    if (!(await this.#once(carrierCallId, callId, carry))) return this.#refuse(socket, about);
    const { oddMessages, opaqueTexts } = line.counts;
    if (oddMessages + opaqueTexts > 0)
      this.log.warn({ ...about, oddMessages, opaqueTexts }, 'stream was not as documented');
  }

  /** A stream of a call that was carried before: by a node that is gone, or by one that still has it. */
  async #goOn(
    socket: WebSocket,
    line: RingoverLine,
    { e164, returned }: { e164: string; returned: Exclude<Returned, { state: 'new' }> },
  ): Promise<void> {
    if (returned.state === 'taken') return this.#refuse(socket);
    const { call, takenOver } = returned;
    const { id, carrierCallId, direction, from, to, routedBy, agentId } = call;
    const ringingAt = call.ringingAt === null ? null : new Date(call.ringingAt);
    const known = { id, carrierCallId, direction, from, to, routedBy, ringingAt, number: { e164, agentId } };
    const carry = () => this.carrier.carry({ ...known, line, carrier: 'ringover', matchedBy: 'metadata', takenOver });
    if (!(await this.#once(carrierCallId, id, carry))) this.#refuse(socket);
  }

  #refuse(socket: WebSocket, about: object = {}): void {
    this.log.warn(about, 'second stream of a call refused');
    socket.close(SECOND_STREAM, 'this call has a stream');
  }

  /** False when another stream has the call. An orphan has no name by which there could be two. */
  async #once(carrierCallId: string | null, callId: CallId, carry: () => Promise<void>): Promise<boolean> {
    if (carrierCallId === null) return carry().then(() => true);
    if (!(await this.claims.take(carrierCallId, callId))) return false;
    try {
      await carry();
    } finally {
      await this.claims.giveBack(carrierCallId, callId);
    }
    return true;
  }
}
