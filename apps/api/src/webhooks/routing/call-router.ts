import { OperationalError } from '@app/kernel';
import { Lines, RingingCalls, type Route, RoutedCalls } from '@app/live-state';
import { type ActiveRule, isOpen, type RouteCandidate, type RoutedNumber } from '@app/persistence';
import type { RingoverQuestion } from '@app/telephony';
import { Inject, Injectable } from '@nestjs/common';
import { type Clock, InjectClock, InjectLogger, type Logger } from '../../process-parts.js';
import { RuleRouting } from './rule-routing.js';
import { ROUTING, type RoutingConfig } from './routing-config.js';

const CARRIER = 'ringover';
/** An answer must be there within 200 ms; what is not known by then is not waited for. */
const DECIDED_WITHIN_MS = 140;
const READ_WITHIN_MS = 10;

/** The numbers to ring, in order; none leaves the call to the carrier's own scenario. */
export interface RouteDecision extends Pick<Route, 'agentId' | 'routedBy'> {
  numbers: readonly string[];
  /** Our number at another carrier, when the call is sent there. */
  sentOnTo?: string;
}

/** Decides from live state who takes a call before it is answered. Never rejects, and never takes longer than 150 ms. */
@Injectable()
export class CallRouter {
  constructor(
    private readonly rules: RuleRouting,
    @Inject(Lines) private readonly lines: Pick<Lines, 'count'>,
    @Inject(RoutedCalls) private readonly routed: Pick<RoutedCalls, 'note' | 'lastAgentOf'>,
    @Inject(RingingCalls) private readonly ringing: Pick<RingingCalls, 'offer'>,
    @Inject(ROUTING) private readonly config: RoutingConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly log: Logger,
  ) {}

  /** The rule that chose is kept for the record of the call, without waiting for that. */
  async route(question: RingoverQuestion): Promise<RouteDecision> {
    const decision = await this.#inTime(question);
    const { agentId, routedBy } = decision;
    const route = { number: question.to ?? null, agentId, routedBy };
    const noted = [this.routed.note(CARRIER, question.callId, route), this.#announce(question, decision)];
    Promise.all(noted).catch((error: unknown) => this.log.warn({ error, routedBy }, 'route could not be noted'));
    return decision;
  }

  /** The stream of a call that is sent to another carrier is known by the number that it is sent to. */
  async #announce({ callId, from, to }: RingoverQuestion, { sentOnTo }: RouteDecision): Promise<void> {
    if (sentOnTo === undefined) return;
    const atMs = this.clock.date().getTime();
    const numbers = { number: sentOnTo, from: from ?? null, to: to ?? null };
    await this.ringing.offer({ carrier: CARRIER, carrierCallId: callId, ...numbers, atMs });
  }

  #inTime(question: RingoverQuestion): Promise<RouteDecision> {
    return new Promise((resolve) => {
      const giveUp = () => {
        this.log.warn({}, 'call routed safely: live state was too slow');
        resolve(this.#safe('too late'));
      };
      // After a stall of this process the timer comes before answers that were there in time: they are read first
      let cancel = this.clock.after(DECIDED_WITHIN_MS, () => void (cancel = this.clock.after(READ_WITHIN_MS, giveUp)));
      const settle = (decision: RouteDecision) => {
        cancel();
        resolve(decision);
      };
      this.#decide(question).then(settle, (error: unknown) => {
        const level = error instanceof OperationalError ? 'warn' : 'error';
        this.log[level]({ error }, 'call routed safely: live state did not answer');
        settle(this.#safe('no live state'));
      });
    });
  }

  async #decide({ from, to }: RingoverQuestion): Promise<RouteDecision> {
    const number = to === undefined ? undefined : await this.rules.numberOf(CARRIER, to);
    if (!number || to === undefined) return this.#safe('number unknown');
    const now = this.clock.date();
    const ofNumber = this.#freeOf(number, now);
    ofNumber.catch(() => undefined); // a rule may make it superfluous; else it is awaited below
    const lastAgent = from === undefined ? undefined : await this.routed.lastAgentOf(from);
    const rule = await this.rules.choose({ from, to, now, lastAgentId: lastAgent });
    if (rule) return ruled(rule, to);
    const free = await ofNumber;
    if (typeof free === 'string') return this.#safe(free);
    const last = free.find(({ agentId }) => agentId === lastAgent);
    if (last) return chosen(last, to, 'last agent');
    const first = free[0];
    return first ? chosen(first, to, 'free line') : this.#safe('no line free');
  }

  /** Who of a number's own agents could take a call now, or why none could. Asked along with the rest: each wait is a turn of a busy loop. */
  async #freeOf(number: RoutedNumber, now: Date): Promise<RouteCandidate[] | string> {
    const open = number.candidates.filter(({ hours }) => hours === null || isOpen(hours, now));
    if (open.length === 0) return number.candidates.length === 0 ? 'no agent' : 'closed';
    const well = open.filter((candidate) => this.rules.canCarry(candidate));
    if (well.length === 0) return 'no provider';
    const used = await Promise.all(well.map(({ agentId }) => this.lines.count(agentId)));
    return well.filter(({ lines }, index) => (used[index] ?? 0) < (lines ?? this.config.linesPerAgent));
  }

  #safe(why: string): RouteDecision {
    return { agentId: null, routedBy: `routing: safe, ${why}`, numbers: this.config.safeRoute };
  }
}

function ruled({ name, to }: ActiveRule, called: string): RouteDecision {
  const routedBy = `rule: ${name}`;
  return 'agent' in to
    ? { ...chosen(to.agent, called, ''), routedBy }
    : { agentId: null, routedBy, numbers: [to.number] };
}

function chosen(agent: RouteCandidate, called: string, rule: string): RouteDecision {
  const number = reachOf(agent, called);
  const decision = { agentId: agent.agentId, routedBy: `routing: ${rule}`, numbers: [number?.e164 ?? called] };
  return number && number.carrier !== CARRIER ? { ...decision, sentOnTo: number.e164 } : decision;
}

/**
 * The number that leads to an agent: one at another carrier, whose media socket reaches us; else another one at this
 * carrier; else (undefined) the number that was called, for a scenario that goes on to the streamer.
 */
function reachOf({ numbers }: RouteCandidate, called: string): RouteCandidate['numbers'][number] | undefined {
  const others = numbers.filter(({ e164 }) => e164 !== called);
  return others.find(({ carrier }) => carrier !== CARRIER) ?? others[0];
}
