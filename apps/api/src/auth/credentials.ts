import { createHash } from 'node:crypto';
import type { Clock } from '@app/kernel';
import type { ApiKey, ApiKeyStore, Person, SessionStore } from '@app/persistence';
import type { AccessTokens } from './access-tokens.js';
import type { Asker } from './asker.js';
import { Recent } from '../recent.js';
import { ROLE_SCOPES } from './scopes.js';

const KEY = /^cn_/;

export interface CredentialsParts {
  keys: Pick<ApiKeyStore, 'verify' | 'find'>;
  sessions: Pick<SessionStore, 'personOf'>;
  /** Undefined: nobody signs in here. */
  tokens: AccessTokens | undefined;
  clock: Clock;
}

/**
 * Who somebody is by what they bring: an API key, or the access token of a session. What was judged a moment ago is
 * taken for true for ten seconds, so that not every request waits for Postgres.
 *
 * Keys are looked up by their SHA-256, here and in Postgres: how long a look-up takes tells of the hash, and from a part
 * of a hash no key can be made. A wrong one is asked for each time: there are too many of them to remember.
 */
export class Credentials {
  readonly #keys: Recent<Asker>;
  readonly #sessions: Recent<Asker>;

  constructor(private readonly parts: CredentialsParts) {
    this.#keys = new Recent(parts.clock);
    this.#sessions = new Recent(parts.clock);
  }

  /** @throws StoreError */
  async verify(secret: string): Promise<Asker | undefined> {
    if (!KEY.test(secret)) return this.#bySession(await this.parts.tokens?.sessionOf(secret));
    const hash = createHash('sha256').update(secret).digest('hex');
    return this.#keys.get(hash, () => this.verifyNow(secret));
  }

  /** The same, asked of Postgres whatever was judged before. @throws StoreError */
  async verifyNow(secret: string): Promise<Asker | undefined> {
    if (KEY.test(secret)) return ofKey(await this.parts.keys.verify(secret));
    const sessionId = await this.parts.tokens?.sessionOf(secret);
    return sessionId === undefined ? undefined : this.#personOf(sessionId);
  }

  /** The same one as they are now, whatever was judged before: undefined when key or session is over. @throws StoreError */
  async again({ kind, id, sessionId }: Asker): Promise<Asker | undefined> {
    if (kind === 'key') return ofKey(await this.parts.keys.find(id));
    return sessionId === undefined ? undefined : this.#personOf(sessionId);
  }

  /** What is not taken for true any more by this process. @param id of a key, a session or a person */
  forget(id: string): void {
    for (const known of [this.#keys, this.#sessions]) known.forget((asker) => isOf(asker, id));
  }

  async #bySession(sessionId: string | undefined): Promise<Asker | undefined> {
    if (sessionId === undefined) return undefined;
    return this.#sessions.get(sessionId, () => this.#personOf(sessionId));
  }

  #personOf = async (sessionId: string): Promise<Asker | undefined> =>
    ofPerson(await this.parts.sessions.personOf(sessionId), sessionId);
}

/** Whether somebody is in by this key or session, or is this person. */
export const isOf = (asker: Asker, id: string): boolean => asker.id === id || asker.sessionId === id;

const ofKey = (key: ApiKey | undefined): Asker | undefined => key && { kind: 'key', ...key };

const ofPerson = (person: Person | undefined, sessionId: string): Asker | undefined =>
  person && {
    ...{ kind: 'person', id: person.id, name: person.name, role: person.role, sessionId },
    scopes: ROLE_SCOPES[person.role],
  };
