import {
  CarrierError,
  type Line,
  type OutboundCarrier,
  type PersonAnswer,
  type PersonCall,
  type PersonCaller,
  type PersonMissed,
  StoreError,
} from '@app/conversation/ports';
import { type CallId, newCallId, type NodeId, OperationalError } from '@app/kernel';
import type { RungPerson, RungPersons, Wire } from '@app/live-state';
import type { ArrivedCall } from '../calls/arrived-call.js';
import type { RestHangUps } from '../media/rest-hang-ups.js';
import type { Clock, Logger } from '../process-parts.js';
import { FarLine } from './far-line.js';
import { LentLine } from './lent-line.js';
import { type LineOffer, offerIn } from './line-wire.js';

const CARRIER = 'ringover';
/** From the order to the carrier's answer, its turn at the gate included. */
const DIAL_WITHIN_MS = 15_000;
/** Beyond its ringing, how long the stream may take to come. */
const STREAM_WITHIN_MS = 15_000;
/** The carrier takes two requests a second of all of us; a look takes two. */
const LOOK_EVERY_MS = 6_000;

export interface SecondLegsParts {
  /** Undefined: no calls are placed here, and nobody can be called. */
  carrier: Pick<OutboundCarrier, 'dial' | 'placedSince' | 'callsFrom'> | undefined;
  ringS: number;
  nodeId: NodeId;
  rung: Pick<RungPersons, 'note' | 'find' | 'expect' | 'expectNoMore' | 'expected'>;
  wire: Pick<Wire, 'send' | 'hear'>;
  /** Ends calls whose telephone still rings; undefined: the carrier is not known to do it. */
  hangUps: Pick<RestHangUps, 'end'> | undefined;
  clock: Clock;
  log: Logger;
}

/** One whose telephone rings, or is about to. */
interface Leg {
  legId: CallId;
  callId: string;
  number: string;
  to: string;
  startedAt: Date;
  /** Null until the carrier has answered. */
  carrierCallId: string | null;
  /** Once. */
  settle: (answer: PersonAnswer) => void;
  over: AbortSignal;
}

type Stream = Pick<ArrivedCall, 'carrierCallId' | 'to'>;

const OUTCOMES: Readonly<Record<string, PersonMissed>> = {
  busy: 'busy',
  'no-answer': 'no-answer',
  voicemail: 'machine',
};

const MISSED: readonly PersonMissed[] = ['busy', 'no-answer', 'declined', 'machine', 'failed', 'cancelled'];

/**
 * Calls persons who are to take a live call over, each at most once, and gives the stream of whoever picks up to the call
 * that waits for it. What the carrier tells by webhooks comes from any node; what it does not tell is looked up.
 */
export class SecondLegs {
  readonly #ringing = new Map<string, Leg>();
  readonly #lent = new Set<Promise<void>>();

  constructor(private readonly parts: SecondLegsParts) {}

  /** @param number of ours, that the person sees. Undefined: nobody can be called here */
  callerFrom(number: string): PersonCaller | undefined {
    return this.parts.carrier && { call: (order) => this.#call(order, number) };
  }

  /** Whether the carrier's call is a second leg, now or lately, and no call of its own. Never rejects for a store that is gone. */
  async knows(carrierCallId: string): Promise<boolean> {
    return (await this.#find(carrierCallId)) !== undefined;
  }

  /** What the carrier told of a telephone that rang; false when it is none of these. */
  async note(carrierCallId: string, why: PersonMissed | undefined): Promise<boolean> {
    const rung = await this.#find(carrierCallId);
    if (rung && why) this.parts.wire.send(`leg:${rung.legId}`, why);
    return rung !== undefined;
  }

  /** Lines of this node's that calls of others have; each until it ends. */
  get lent(): ReadonlySet<Promise<void>> {
    return this.#lent;
  }

  /**
   * Gives the stream to the call that waits for it, on whichever node; one that nobody waits for any more is hung up.
   *
   * @param number ours, to whose token the stream came @returns false when it is the stream of something else
   */
  async take(number: string, stream: Stream, line: Line): Promise<boolean> {
    const { carrierCallId } = stream;
    // asked for in this order: a leg is expected until its id is known
    const [expected, rung] = await Promise.all([this.#expected(number, stream), this.#find(carrierCallId)]);
    const leg = this.#ringing.get((rung ?? this.#here(carrierCallId))?.legId ?? '') ?? this.#byNumbers(number, stream);
    if (leg && (!rung || rung.legId === leg.legId)) {
      leg.settle({ legId: leg.legId, line });
      return true;
    }
    const far = rung ?? expected;
    if (far && far.nodeId !== this.parts.nodeId && (await this.#lend(far, stream, line))) return true;
    if (rung) this.#refuse(rung, line);
    return rung !== undefined;
  }

  /** The carrier's answer to our order may be slower than its stream. */
  #byNumbers(number: string, { to }: Stream): Leg | undefined {
    const fitting = [...this.#ringing.values()].filter(
      (leg) => leg.carrierCallId === null && leg.number === number && leg.to === to,
    );
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  /** False when its node does not want it, or cannot be told. */
  async #lend({ legId, callId, nodeId }: RungPerson, { carrierCallId }: Stream, line: Line): Promise<boolean> {
    const { wire, clock, log } = this.parts;
    const lent = await orNothing(
      LentLine.offer(line, { wire, clock }, (offer) =>
        wire.send(`leg:${legId}`, JSON.stringify({ ...offer, carrierCallId })),
      ),
    );
    if (!lent) return false;
    log.info({ legId, callId, nodeId }, 'stream of a second leg is carried for another node');
    const over = lent.over.then(() => void this.#lent.delete(over));
    this.#lent.add(over);
    return true;
  }

  /** Another node has the stream of this leg. */
  async #takeFar(leg: Leg, offer: LineOffer): Promise<void> {
    if (leg.carrierCallId !== null && offer.carrierCallId !== null && offer.carrierCallId !== leg.carrierCallId) return;
    const { wire, clock } = this.parts;
    const line = await orNothing(FarLine.of(offer, { wire, clock }));
    if (leg.over.aborted) line?.hangUp();
    else if (line) leg.settle({ legId: leg.legId, line });
  }

  /** Of a call that is gone, or that does not wait any more. */
  #refuse({ legId, callId, nodeId }: RungPerson, line: Line): void {
    this.parts.log.warn({ legId, callId, nodeId }, 'stream of a second leg that nobody waits for');
    this.parts.wire.send(`leg:${legId}`, 'failed');
    line.listen({ frame: () => undefined, digit: () => undefined, mark: () => undefined, closed: () => undefined });
    line.hangUp();
  }

  #call({ callId, to, signal }: PersonCall, number: string): Promise<PersonAnswer> {
    const { clock, hangUps, log } = this.parts;
    const legId = newCallId();
    const over = new AbortController();
    return new Promise((resolve) => {
      const settle = (answer: PersonAnswer) => {
        if (over.signal.aborted) return;
        over.abort();
        this.#ringing.delete(legId);
        log.info({ callId, legId, outcome: 'missed' in answer ? answer.missed : 'answered' }, 'person was called');
        resolve(answer);
      };
      const leg: Leg = { legId, callId, number, to, startedAt: clock.date(), carrierCallId: null, settle, over: over.signal }; // prettier-ignore
      const giveUp = () => {
        if (!over.signal.aborted && leg.carrierCallId !== null) void hangUps?.end(leg.carrierCallId);
        settle({ missed: 'cancelled' });
      };
      this.#ringing.set(legId, leg);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#ring(leg).catch((error: unknown) => {
        if (!(error instanceof OperationalError)) log.error({ error, callId, legId }, 'person could not be called');
        settle({ missed: 'failed' });
      });
    });
  }

  async #ring(leg: Leg): Promise<void> {
    const { carrier, clock, log, ringS, rung, wire, nodeId } = this.parts;
    const { legId, callId, number, to, over, settle } = leg;
    if (!carrier) return settle({ missed: 'failed' });
    const stop = await wire.hear(`leg:${legId}`, (told) => this.#hear(leg, told));
    over.addEventListener('abort', stop, { once: true });
    const late = new AbortController();
    const cancel = clock.after(DIAL_WITHIN_MS, () => late.abort(new CarrierError(CARRIER, 'overloaded')));
    try {
      await rung.expect(CARRIER, { number, to }, { legId, callId, nodeId }, DIAL_WITHIN_MS + STREAM_WITHIN_MS);
      const { carrierCallId } = await carrier.dial(
        { from: carrier.callsFrom ?? number, to, ringS },
        AbortSignal.any([late.signal, over]),
      );
      leg.carrierCallId = carrierCallId;
      await rung.note(CARRIER, carrierCallId, { legId, callId, nodeId });
    } catch (error) {
      if (over.aborted) return;
      log.warn({ error, callId, legId }, 'person could not be called, or nobody knows');
      return settle({ missed: 'failed' });
    } finally {
      cancel();
      await orNothing(rung.expectNoMore(CARRIER, { number, to }, legId));
    }
    await this.#look(leg);
  }

  /** From any node: what became of it, or its stream. */
  #hear(leg: Leg, told: Buffer): void {
    const offer = offerIn(told);
    if (!offer) return leg.settle({ missed: missedIn(told.toString()) });
    this.#takeFar(leg, offer).catch((error: unknown) => this.parts.log.error({ error, legId: leg.legId }, 'stream broke')); // prettier-ignore
  }

  /** What became of it, if no webhook tells. */
  async #look({ carrierCallId, startedAt, over, settle, callId, legId }: Leg): Promise<void> {
    const { carrier, clock, log, ringS } = this.parts;
    const untilMs = clock.nowMs() + ringS * 1_000 + STREAM_WITHIN_MS;
    while (!over.aborted && clock.nowMs() < untilMs) {
      await clock.sleep(LOOK_EVERY_MS, over).catch(() => undefined);
      if (over.aborted) return;
      try {
        const found = (await carrier?.placedSince(startedAt))?.find((call) => call.carrierCallId === carrierCallId);
        if (found?.isOver) return settle({ missed: missedOf(found.outcome) });
      } catch (error) {
        if (!(error instanceof OperationalError)) throw error;
        log.warn({ error, callId, legId }, 'carrier could not be asked for a person who is called');
      }
    }
    settle({ missed: 'no-answer' });
  }

  #here(carrierCallId: string | null): Leg | undefined {
    if (carrierCallId === null) return undefined;
    return [...this.#ringing.values()].find((leg) => leg.carrierCallId === carrierCallId);
  }

  async #find(carrierCallId: string | null): Promise<RungPerson | undefined> {
    if (carrierCallId === null) return undefined;
    const here = this.#here(carrierCallId);
    if (here) return { legId: here.legId, callId: here.callId, nodeId: this.parts.nodeId };
    return orNothing(this.parts.rung.find(CARRIER, carrierCallId));
  }

  async #expected(number: string, { to }: Stream): Promise<RungPerson | undefined> {
    return to === null ? undefined : orNothing(this.parts.rung.expected(CARRIER, { number, to }));
  }
}

/** As the carrier tells it. */
const missedOf = (outcome: string | null): PersonMissed => OUTCOMES[outcome ?? ''] ?? 'failed';

/** As another node tells it. */
const missedIn = (told: string): PersonMissed => MISSED.find((why) => why === told) ?? 'failed';

/** Undefined when a store is gone. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return undefined;
  }
}
