import { once } from 'node:events';
import type { LineEnd } from '@app/conversation/ports';
import { StoreError } from '@app/conversation/ports';
import type { AgentId, CallId, Clock } from '@app/kernel';
import type { LiveCalls, RingingCall, RingingCalls, Route, RoutedCalls } from '@app/live-state';
import type { NumberStore, PhoneNumber } from '@app/persistence';
import { EventEmitter } from 'node:events';
import { type ArrivedCall, CallCarrier } from '../../calls/arrived-call.js';

export const NUMBER: PhoneNumber = {
  id: '0197a000-0000-7000-8000-000000000001',
  carrier: 'ringover',
  e164: '+33184990011',
  label: '',
  mediaToken: 'the-media-token-of-it',
  agent: { id: '0197a000-0000-7000-8000-0000000000a1' as AgentId, slug: 'lea', name: 'Léa', lines: null },
};

export class FakeNumbers implements Pick<NumberStore, 'byMediaToken'> {
  readonly numbers = [NUMBER, { ...NUMBER, carrier: 'twilio', mediaToken: 'the-token-of-another-carrier' }];

  async byMediaToken(token: string): Promise<PhoneNumber | undefined> {
    return this.numbers.find(({ mediaToken }) => mediaToken === token);
  }
}

/** What stands in Redis, and whether it can be reached. */
export class FakeLiveState
  implements
    Pick<RingingCalls, 'claimByCallId' | 'claimOnly'>,
    Pick<LiveCalls, 'claim' | 'release'>,
    Pick<RoutedCalls, 'find'>
{
  readonly ringing: RingingCall[] = [];
  readonly claims = new Map<string, CallId>();
  readonly routes = new Map<string, Route>();
  gone = false;

  constructor(private readonly clock: Clock) {}

  async claimByCallId(carrier: string, carrierCallId: string): Promise<RingingCall | undefined> {
    return this.#take((call) => call.carrier === carrier && call.carrierCallId === carrierCallId);
  }

  async claimOnly(at: { carrier: string; number: string; withinMs: number }): Promise<RingingCall | undefined> {
    const sinceMs = this.clock.date().getTime() - at.withinMs;
    return this.#take((call) => call.carrier === at.carrier && call.number === at.number && call.atMs >= sinceMs);
  }

  async find(_carrier: string, carrierCallId: string): Promise<Route | undefined> {
    this.#mustBeThere();
    return this.routes.get(carrierCallId);
  }

  async claim(_carrier: string, carrierCallId: string, callId: CallId): Promise<boolean> {
    this.#mustBeThere();
    if (this.claims.has(carrierCallId)) return false;
    this.claims.set(carrierCallId, callId);
    return true;
  }

  async release(_carrier: string, carrierCallId: string, callId: CallId): Promise<void> {
    this.#mustBeThere();
    if (this.claims.get(carrierCallId) === callId) this.claims.delete(carrierCallId);
  }

  #take(fits: (call: RingingCall) => boolean): RingingCall | undefined {
    this.#mustBeThere();
    const found = this.ringing.filter(fits);
    if (found.length !== 1) return undefined;
    this.ringing.splice(this.ringing.indexOf(found[0] as RingingCall), 1);
    return found[0];
  }

  #mustBeThere(): void {
    if (this.gone) throw new StoreError('redis', 'unavailable');
  }
}

export interface CarriedCall extends ArrivedCall {
  /** The first sample of each frame, digits, and the end. */
  told: (number | string | LineEnd)[];
}

/** Listens to each call until its line closes. */
export class FakeCallCarrier extends CallCarrier {
  readonly calls: CarriedCall[] = [];
  readonly #events = new EventEmitter();
  breaks = false;

  async carry(call: ArrivedCall): Promise<void> {
    if (this.breaks) throw new Error('a bug');
    const told: CarriedCall['told'] = [];
    const closed = new Promise<void>((resolve) =>
      call.line.listen({
        frame: (samples) => {
          if (samples[0]) told.push(samples[0]); // silence fills a gap
        },
        digit: (digit) => told.push(digit),
        mark: () => {},
        closed: (end) => {
          told.push(end);
          resolve();
        },
      }),
    );
    this.calls.push({ ...call, told });
    this.#events.emit('carried');
    await closed;
  }

  /** Resolves when so many calls have been carried. */
  async carried(count: number): Promise<CarriedCall[]> {
    while (this.calls.length < count) await once(this.#events, 'carried');
    return this.calls;
  }
}
