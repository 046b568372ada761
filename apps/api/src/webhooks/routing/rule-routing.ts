import { StoreError } from '@app/conversation/ports';
import { Lines } from '@app/live-state';
import {
  type ActiveRule,
  asksForContact,
  ContactStore,
  isOpen,
  type RouteCandidate,
  type RoutedFacts,
  type RoutedNumber,
  ruleHolds,
} from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { RouteBook } from './route-book.js';
import { ROUTING, type RoutingConfig } from './routing-config.js';

type Asked = Pick<RoutedFacts, 'from' | 'to' | 'now' | 'lastAgentId'>;

/** Goes by the rules that are kept as data: the first that is for a call, and whose agent is open, can be heard, and has a free line. */
@Injectable()
export class RuleRouting {
  constructor(
    private readonly book: RouteBook,
    @Inject(Lines) private readonly lines: Pick<Lines, 'count'>,
    @Inject(ContactStore) private readonly contacts: Pick<ContactStore, 'byNumber'>,
    @Inject(ROUTING) private readonly config: Pick<RoutingConfig, 'linesPerAgent'>,
  ) {}

  /** Our number with those who may take its calls; undefined: not ours. @throws StoreError */
  numberOf = (carrier: string, e164: string): Promise<RoutedNumber | undefined> => this.book.find(carrier, e164);

  /** False when no provider of some stage could: a call of this agent would be lost. */
  canCarry = (candidate: RouteCandidate): boolean => this.book.canCarry(candidate);

  /** @throws StoreError of live state */
  async choose(asked: Asked): Promise<ActiveRule | undefined> {
    const rules = this.book.rules();
    if (rules.length === 0) return undefined;
    const asks = rules.some(({ conditions }) => asksForContact(conditions));
    const contact = asks && asked.from !== undefined ? await this.#contact(asked.from) : undefined;
    for (const rule of rules) {
      const load = await this.#load(rule, asked.now);
      if (load < 1 && ruleHolds(rule.conditions, { ...asked, contact, load })) return rule;
    }
    return undefined;
  }

  /** 1 and more: it can take no call now. */
  async #load({ to }: ActiveRule, now: Date): Promise<number> {
    if (!('agent' in to)) return 0;
    const { agentId, lines, hours } = to.agent;
    if (hours !== null && !isOpen(hours, now)) return 1;
    if (!this.book.canCarry(to.agent)) return 1;
    return (await this.lines.count(agentId)) / (lines ?? this.config.linesPerAgent);
  }

  /** Who cannot be looked up is taken for nobody whom we know: the call must be answered. */
  async #contact(from: string): Promise<RoutedFacts['contact']> {
    try {
      return await this.contacts.byNumber(from);
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  }
}
