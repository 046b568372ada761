import { createHash } from 'node:crypto';
import type { RateLimit, RateLimits } from '@app/live-state';
import type { AuditStore, OpenSession, Person, PersonStore, SessionStore } from '@app/persistence';
import { Problem } from '../http/problem.js';
import { ACCESS_S, type AccessTokens } from './access-tokens.js';
import type { Guests } from './guests.js';
import { networkOf } from './network.js';

/** Wrong passwords for one account from one network; and all that one network may try, whoever is behind it. */
const TRIES: RateLimit = { limit: 5, windowMs: 15 * 60_000 };
const TRIES_OF_NETWORK: RateLimit = { limit: 50, windowMs: 15 * 60_000 };
const RENEWALS: RateLimit = { limit: 120, windowMs: 60_000 };

export interface SignInParts {
  people: Pick<PersonStore, 'signIn'>;
  sessions: Pick<SessionStore, 'begin' | 'renew' | 'endByToken'>;
  audit: Pick<AuditStore, 'note'>;
  rates: Pick<RateLimits, 'take' | 'forget'>;
  guests: Pick<Guests, 'changed'>;
  /** Undefined: nobody signs in here. */
  tokens: AccessTokens | undefined;
}

/** Where a request for a session came from. */
export interface From {
  address: string | undefined;
  requestId: string;
}

export interface Tokens extends OpenSession {
  accessToken: string;
  expiresInS: number;
}

/** How people come in, stay in and leave. */
export class SignIn {
  constructor(private readonly parts: SignInParts) {}

  /** @throws Problem, StoreError */
  async begin(email: string, password: string, from: From): Promise<Tokens> {
    const tokens = this.#tokens();
    const { sessions, audit } = this.parts;
    const person = await this.prove(email, password, from.address);
    const session = await sessions.begin(person);
    const by = { kind: 'person', id: person.id, name: person.name, ...from } as const;
    await audit.note(by, { action: 'session.began', subject: { type: 'session', id: session.sessionId } });
    return this.#told(tokens, session);
  }

  /**
   * Whose password it is. Tries are counted before the password is looked at, so that none is free.
   *
   * @throws Problem, StoreError
   */
  async prove(email: string, password: string, address: string | undefined): Promise<Person> {
    const { people, rates } = this.parts;
    const network = networkOf(address);
    const tried = `sign-in:${network}:${createHash('sha256').update(email.toLowerCase()).digest('hex')}`;
    await this.#mustBeFew(`sign-in:${network}`, TRIES_OF_NETWORK);
    await this.#mustBeFew(tried, TRIES);
    const person = await people.signIn(email, password);
    if (!person) throw new Problem('auth.wrong-password');
    await rates.forget(tried);
    return person;
  }

  /** @throws Problem `auth.refused`: sign in again; StoreError */
  async renew(refreshToken: string, from: From): Promise<Tokens> {
    const tokens = this.#tokens();
    await this.#mustBeFew(`renewals:${networkOf(from.address)}`, RENEWALS);
    const session = await this.parts.sessions.renew(refreshToken);
    if (session === 'reused') await this.end(refreshToken); // it has ended; those who hold something open by it are told
    if (typeof session === 'string') throw new Problem('auth.refused');
    return this.#told(tokens, session);
  }

  /** Nothing happens with a token that is not known. @throws StoreError */
  async end(refreshToken: string): Promise<void> {
    const sessionId = await this.parts.sessions.endByToken(refreshToken);
    if (sessionId !== undefined) this.parts.guests.changed(sessionId);
  }

  #tokens(): AccessTokens {
    if (!this.parts.tokens) throw new Problem('auth.no-sign-in');
    return this.parts.tokens;
  }

  async #told(tokens: AccessTokens, session: OpenSession): Promise<Tokens> {
    const { sessionId, person } = session;
    const accessToken = await tokens.issue({ sessionId, personId: person.id, role: person.role });
    return { ...session, accessToken, expiresInS: ACCESS_S };
  }

  async #mustBeFew(name: string, limit: RateLimit): Promise<void> {
    const { allowed, resetMs } = await this.parts.rates.take(name, limit);
    if (!allowed) throw new Problem('auth.too-many-tries', { retryAfterS: Math.ceil(resetMs / 1_000) });
  }
}
