import { NotedCalls } from '@app/live-state';
import type { CallPage, CallQuery, CallSummary, CarrierNoteRow } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { type Clock, InjectClock } from '../process-parts.js';
import { CallReader, type ToldCall } from './call-reader.js';
import type { OrderDto } from './dto/order.dto.js';
import { LatelyAsked } from './lately-asked.js';
import { OrderReader } from './order-reader.js';

/** What lies beside a call, in places of its own. */
export interface BesideCall {
  notes: readonly CarrierNoteRow[];
  order: OrderDto | null;
}

/** What notes and orders are looked for by. */
type Facts = Pick<
  CallSummary,
  'id' | 'state' | 'direction' | 'carrier' | 'carrierCallId' | 'from' | 'to' | 'startedAt' | 'endedAt'
>;

const MOST = 1_000;

/**
 * Calls with all that is told of one. What lies beside it is looked for by its facts; of a call that was told or listed
 * here before, they are asked by the facts of then, while it is read, and asked again only if those have changed. So it
 * costs one wait and not two, where each is a turn of a busy loop.
 */
@Injectable()
export class WholeCalls {
  readonly #told: LatelyAsked<Facts>;

  constructor(
    private readonly calls: CallReader,
    private readonly orders: OrderReader,
    private readonly noted: NotedCalls,
    @InjectClock() clock: Clock,
  ) {
    this.#told = new LatelyAsked(clock, MOST);
  }

  /** @param callId a UUID @throws StoreError, BrokenLog */
  async get(callId: string): Promise<{ call: ToldCall; beside: BesideCall } | undefined> {
    const before = this.#told.find(callId);
    const early = before && this.#besideOf(before);
    early?.catch(() => undefined); // thrown below, where it is needed
    const call = await this.calls.get(callId);
    this.#told.forget(callId);
    if (!call) return undefined;
    this.#remember(call);
    const beside = early && isSame(before, call) ? early : this.#besideOf(call);
    return { call, beside: await beside };
  }

  /** Newest first. @throws StoreError */
  async list(query: CallQuery): Promise<CallPage> {
    const page = await this.calls.list(query);
    for (const call of page.calls) this.#remember(call);
    return page;
  }

  async #besideOf(call: Facts): Promise<BesideCall> {
    const [notes, order] = await Promise.all([this.#notesOf(call), this.orders.of(call)]);
    return { notes, order };
  }

  /** Most live calls have none, and Postgres is not asked for that. */
  async #notesOf(call: Facts): Promise<readonly CarrierNoteRow[]> {
    if (call.state === 'live' && !(await this.noted.isNoted(call.carrier, call))) return [];
    return this.calls.notesOf(call);
  }

  #remember({ id, state, direction, carrier, carrierCallId, from, to, startedAt, endedAt }: Facts): void {
    this.#told.keep(id, { id, state, direction, carrier, carrierCallId, from, to, startedAt, endedAt });
  }
}

const isSame = (a: Facts, b: Facts): boolean =>
  a.state === b.state &&
  a.direction === b.direction &&
  a.carrier === b.carrier &&
  a.carrierCallId === b.carrierCallId &&
  a.from === b.from &&
  a.to === b.to &&
  a.startedAt.getTime() === b.startedAt.getTime() &&
  a.endedAt?.getTime() === b.endedAt?.getTime();
