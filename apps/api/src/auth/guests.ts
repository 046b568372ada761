import { OperationalError, type Cancel, type Clock } from '@app/kernel';
import type { Wire } from '@app/live-state';
import type { Logger } from '../process-parts.js';
import type { Asker } from './asker.js';
import { type Credentials, isOf } from './credentials.js';
import { holds, type Scope } from './scopes.js';

/** Why somebody who was let in must leave: what they came with is not valid any more, or does not open this any more. */
export type Farewell = 'auth.refused' | 'auth.forbidden';

interface Guest {
  asker: Asker;
  needs: readonly Scope[];
  sendAway(why: Farewell): void;
}

export interface GuestsParts {
  credentials: Pick<Credentials, 'again' | 'forget' | 'verifyNow'>;
  wire: Pick<Wire, 'send' | 'hear'>;
  clock: Clock;
  log: Pick<Logger, 'warn' | 'error'>;
}

/** Its messages are ids alone: what is true of them is asked of Postgres by each process. */
const CHANNEL = 'access';
/** For what was changed while Redis was gone, or by a program without us, and for sessions that expire. */
const LOOK_EVERY_MS = 10_000;

/** Who holds something open after they were let in: sockets and streams of this process, which end with what opened them. */
export class Guests {
  readonly #inside = new Set<Guest>();
  /** What was changed so far, as this process heard. */
  #changes = 0;
  /** How much was changed before they were asked about, of those who were met. */
  readonly #met = new WeakMap<Asker, number>();
  #next: Cancel = () => undefined;

  constructor(private readonly parts: GuestsParts) {}

  /** Hears from other processes what was changed there. @returns ends it @throws StoreError */
  async serve(): Promise<() => void> {
    const stop = await this.parts.wire.hear(CHANNEL, (message) => this.#heard(message.toString()));
    return () => {
      stop();
      this.#next();
    };
  }

  /** At the door: the same one as they are now; undefined when what they came with is over. @throws StoreError */
  meet(asker: Asker): Promise<Asker | undefined> {
    return this.#meet(() => this.parts.credentials.again(asker));
  }

  /** At the door: who brings this key or access token; undefined when it is nobody's, or over. @throws StoreError */
  meetWith(secret: string): Promise<Asker | undefined> {
    return this.#meet(() => this.parts.credentials.verifyNow(secret));
  }

  /**
   * Looks once at them: what was taken from them on their way in was told while they were not inside yet. Not so if they
   * were met, and nothing was changed by anybody since.
   *
   * @param sendAway may be told more than once, and after they have gone; must not throw @returns to be called when they are gone
   */
  stay(asker: Asker, needs: readonly Scope[], sendAway: (why: Farewell) => void): () => void {
    const guest = { asker, needs, sendAway };
    this.#inside.add(guest);
    if (this.#inside.size === 1) this.#lookLater();
    if (this.#met.get(asker) !== this.#changes) void this.#look([guest]);
    return () => {
      this.#inside.delete(guest);
      if (this.#inside.size === 0) this.#next();
    };
  }

  /** After something was taken from somebody, or given: all processes look at once. @param id of a key, a session or a person */
  changed(id: string): void {
    this.#heard(id); // also while Redis is gone
    this.parts.wire.send(CHANNEL, id);
  }

  async #meet(ask: () => Promise<Asker | undefined>): Promise<Asker | undefined> {
    const changes = this.#changes;
    const now = await ask();
    if (now) this.#met.set(now, changes);
    return now;
  }

  #heard(id: string): void {
    this.#changes += 1;
    this.parts.credentials.forget(id);
    void this.#look([...this.#inside].filter(({ asker }) => isOf(asker, id)));
  }

  #lookLater(): void {
    this.#next = this.parts.clock.after(LOOK_EVERY_MS, () => {
      void this.#look([...this.#inside]);
      this.#lookLater();
    });
  }

  /** One after the other: nobody waits for it. Never rejects; who could not be asked about stays until the next look. */
  async #look(guests: readonly Guest[]): Promise<void> {
    try {
      for (const same of Map.groupBy(guests, ({ asker }) => asker.sessionId ?? asker.id).values())
        await this.#judge(same);
    } catch (error) {
      this.parts.log[error instanceof OperationalError ? 'warn' : 'error']({ error }, 'who is inside is not known');
    }
  }

  async #judge(same: readonly Guest[]): Promise<void> {
    const now = same[0] && (await this.parts.credentials.again(same[0].asker));
    for (const { needs, sendAway } of same) {
      if (!now) sendAway('auth.refused');
      else if (!holds(now.scopes, needs)) sendAway('auth.forbidden');
    }
  }
}
