import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@app/kernel';
import { type Author, noteIn } from './audit.store.js';
import type { Prisma } from './generated/prisma/client.js';
import { newestFirst, pageOf, type PageQuery } from './page.js';
import { type Person, personOf } from './person.store.js';
import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

/** However often it is renewed: after a month one signs in again. */
const SESSION_MS = 30 * 24 * 3_600_000;
const TOKEN_BYTES = 32;
const TOKEN = /^cr_[A-Za-z0-9_-]{43}$/;

/** A sign-in, with the token that renews it: told this once. */
export interface OpenSession {
  sessionId: string;
  refreshToken: string;
  person: Person;
}

export type SessionEnd = 'signed-out' | 'revoked' | 'reused' | 'disabled' | 'password';

/** A sign-in that lasts, as it can be shown. */
export interface ListedSession {
  id: string;
  createdAt: Date;
  /** When it was renewed last, or begun: it is used at least so late. */
  renewedAt: Date;
  expiresAt: Date;
  /** From where it was begun, as far as the audit log tells. */
  address: string | null;
}

/**
 * Who is signed in. A refresh token works once, and brings the next; one that comes again was copied, by whom nobody
 * can tell, and ends its session (RFC 9700 §4.14.2).
 */
export class SessionStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** Forgets what expired of this person. @throws StoreError */
  async begin(person: Person): Promise<OpenSession> {
    const [createdAt, refreshToken] = [this.clock.date(), newToken()];
    const expiresAt = new Date(createdAt.getTime() + SESSION_MS);
    const tokens = { create: { hash: hashOf(refreshToken), createdAt } };
    const { id } = await stored(
      this.prisma.$transaction(async (tx) => {
        await tx.session.deleteMany({ where: { personId: person.id, expiresAt: { lt: createdAt } } });
        return tx.session.create({ data: { personId: person.id, createdAt, expiresAt, tokens } });
      }),
    );
    return { sessionId: id, refreshToken, person };
  }

  /** Of two who bring the same token at once, one is refused and the session ends. @throws StoreError */
  async renew(refreshToken: string): Promise<OpenSession | 'refused' | 'reused'> {
    if (!TOKEN.test(refreshToken)) return 'refused';
    const [at, hash] = [this.clock.date(), hashOf(refreshToken)];
    return stored(
      this.prisma.$transaction(async (tx) => {
        const taken = await tx.refreshToken.updateMany({ where: { hash, usedAt: null }, data: { usedAt: at } });
        const token = await tx.refreshToken.findUnique({ where: { hash }, include: { session: WITH_PERSON } });
        if (!token) return 'refused';
        const { session } = token;
        if (taken.count === 0) {
          await endIn(tx, session.id, 'reused', at);
          return 'reused';
        }
        if (session.endedAt || session.expiresAt <= at || session.person.disabledAt) return 'refused';
        const next = newToken();
        await tx.refreshToken.create({ data: { hash: hashOf(next), sessionId: session.id, createdAt: at } });
        return { sessionId: session.id, refreshToken: next, person: personOf(session.person) };
      }),
    );
  }

  /** Of a refresh token, used or not; nothing happens for one that is not known. @throws StoreError */
  async endByToken(refreshToken: string): Promise<string | undefined> {
    if (!TOKEN.test(refreshToken)) return undefined;
    const where = { hash: hashOf(refreshToken) };
    const token = await stored(this.prisma.refreshToken.findUnique({ where, select: { sessionId: true } }));
    if (token) await stored(endIn(this.prisma, token.sessionId, 'signed-out', this.clock.date()));
    return token?.sessionId;
  }

  /** Those of a person that last, newest first. @throws StoreError */
  async list(personId: string, query: PageQuery): Promise<{ sessions: ListedSession[]; nextCursor: string | null }> {
    const where = { personId, endedAt: null, expiresAt: { gt: this.clock.date() } };
    const found = await stored(this.prisma.session.findMany({ where, ...newestFirst(query), ...WITH_LAST_TOKEN }));
    const { rows, nextCursor } = pageOf(found, query);
    const subject = { subjectType: 'session', subjectId: { in: rows.map(({ id }) => id) } };
    const begun = await stored(this.prisma.auditEntry.findMany({ where: { ...subject, action: 'session.began' } }));
    const addresses = new Map(begun.map(({ subjectId, address }) => [subjectId, address]));
    const listed = rows.map(({ id, createdAt, expiresAt, tokens: [last] }) => ({
      ...{ id, createdAt, renewedAt: last?.createdAt ?? createdAt, expiresAt },
      address: addresses.get(id) ?? null,
    }));
    return { sessions: listed, nextCursor };
  }

  /** One of this person, with its refresh token. Twice is once. False when they have none such. @throws StoreError */
  async revoke(by: Author, personId: string, id: string): Promise<boolean> {
    const at = this.clock.date();
    return stored(
      this.prisma.$transaction(async (tx) => {
        if ((await tx.session.count({ where: { id, personId } })) === 0) return false;
        const { count } = await endIn(tx, id, 'revoked', at);
        const subject = { type: 'session', id };
        if (count > 0) await noteIn(tx, by, at, { action: 'session.revoked', subject });
        return true;
      }),
    );
  }

  /** Whose session this is while it lasts. @param sessionId a UUID @throws StoreError */
  async personOf(sessionId: string): Promise<Person | undefined> {
    const session = await stored(this.prisma.session.findUnique({ where: { id: sessionId }, ...WITH_PERSON }));
    if (!session || session.endedAt || session.expiresAt <= this.clock.date()) return undefined;
    return session.person.disabledAt ? undefined : personOf(session.person);
  }
}

const WITH_PERSON = { include: { person: true } } as const;
const WITH_LAST_TOKEN = { include: { tokens: { orderBy: { createdAt: 'desc' }, take: 1 } } } as const;

const endIn = (
  prisma: Pick<Prisma.TransactionClient, 'session'>,
  id: string,
  endedBecause: SessionEnd,
  endedAt: Date,
) => prisma.session.updateMany({ where: { id, endedAt: null }, data: { endedAt, endedBecause } });

const newToken = () => `cr_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
