import { OperationalError } from '@app/kernel';
import { ContactStore, type KnownContact } from '@app/persistence';
import {
  contactReply,
  type RingoverAskedEvent,
  type RingoverEvent,
  type RingoverQuestion,
  routeReply,
  type RouteStyle,
  searchReply,
} from '@app/telephony';
import { Inject, Injectable } from '@nestjs/common';
import { type Clock, InjectClock, InjectLogger, type Logger } from '../process-parts.js';
import { CallRouter } from './routing/call-router.js';

/** Somebody looks at a ringing telephone, or at a search field. */
const CONTACT_WITHIN_MS = 400;
const SEARCH_WITHIN_MS = 1_000;
const MOST_FOUND = 20;

export interface AnswersConfig {
  route: RouteStyle;
  /** How a caller whom nobody knows is answered; both were seen to be taken. */
  unknownContact: 404 | 204;
  /** Who may search from a browser: an origin, or `*`. */
  searchOrigin: string;
}
export const RINGOVER_ANSWERS = Symbol('ringover answers');

/** No body where there is none. */
export interface RingoverAnswer {
  status: number;
  body?: unknown;
}

export type RingoverAsking = Exclude<RingoverAskedEvent, { type: 'ivr-code' }>;

/** Whether Ringover waits for what we say. */
export const isAsking = (event: RingoverEvent): event is RingoverAsking =>
  event.type === 'routing' || event.type === 'contact-call' || event.type === 'contact-search';

/** Answers what Ringover asks while it handles a call: in time, and whatever store is gone. */
@Injectable()
export class RingoverAnswers {
  constructor(
    private readonly router: CallRouter,
    @Inject(ContactStore) private readonly contacts: Pick<ContactStore, 'knownBy' | 'search'>,
    @Inject(RINGOVER_ANSWERS) private readonly config: AnswersConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly log: Logger,
  ) {}

  /** Who may search from a browser: an origin, or `*`. */
  get searchOrigin(): string {
    return this.config.searchOrigin;
  }

  async answer(event: RingoverAsking): Promise<RingoverAnswer> {
    if (event.type === 'routing') {
      const { numbers } = await this.router.route(event);
      return { status: 200, body: routeReply(numbers, this.config.route) };
    }
    if (event.type === 'contact-call') return this.#whoCalls(event);
    const found = await this.#within(SEARCH_WITHIN_MS, this.contacts.search(event.query, MOST_FOUND), []);
    return { status: 200, body: searchReply(found) };
  }

  /** The other side of the call: who is called when a call goes out. */
  async #whoCalls({ direction, from, to }: RingoverQuestion): Promise<RingoverAnswer> {
    const number = direction === 'outbound' ? to : from;
    const unknown: RingoverAnswer = { status: this.config.unknownContact };
    if (number === undefined) return unknown;
    const contact = await this.#within<KnownContact | undefined>(
      CONTACT_WITHIN_MS,
      this.contacts.knownBy(number),
      undefined,
    );
    return contact ? { status: 200, body: contactReply(contact) } : unknown;
  }

  /** What it gives, if that is soon; a store that is slow or gone is as one that knows nobody. */
  #within<T>(ms: number, asked: Promise<T>, otherwise: T): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(ms, () => {
        this.log.warn({ withinMs: ms }, 'contact was not found in time');
        resolve(otherwise);
      });
      asked.finally(cancel).then(resolve, (error: unknown) => {
        if (!(error instanceof OperationalError)) return reject(error instanceof Error ? error : new Error('unknown'));
        this.log.warn({ error }, 'contact could not be read');
        resolve(otherwise);
      });
    });
  }
}
