import type { Clock } from '@app/kernel';
import { type Author, noteIn } from './audit.store.js';
import type { Prisma } from './generated/prisma/client.js';
import { newestFirst, pageOf, type PageQuery } from './page.js';
import { hashPassword, isPassword } from './password.js';
import type { PrismaClient } from './prisma-client.js';
import { storableText } from './storable.js';
import { stored } from './stored.js';

export const ROLES = ['admin', 'supervisor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who signs in. */
export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
  disabledAt: Date | null;
}

export interface NewPerson {
  email: string;
  name: string;
  role: Role;
  password: string;
}

export interface PersonChanges {
  name?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
}

/** Any number; whoever takes an admin away takes this lock of Postgres's, so that two cannot take the last two. */
const LOCK = 7_124_002;

/** Those who sign in. What is changed of them stands in the audit log, passwords only as changed. */
export class PersonStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreError `conflict` when somebody has this address */
  async create(by: Author, { password, ...facts }: NewPerson): Promise<Person> {
    const known = { ...facts, email: storableText(facts.email.toLowerCase()), name: storableText(facts.name) };
    const data = { ...known, passwordHash: await hashPassword(password) };
    return stored(
      this.prisma.$transaction(async (tx) => {
        const person = personOf(await tx.person.create({ data }));
        const after = shown(person);
        await noteIn(tx, by, this.clock.date(), { action: 'person.created', subject: subjectOf(person.id), after });
        return person;
      }),
    );
  }

  /** Newest first. @throws StoreError */
  async list(query: PageQuery): Promise<{ people: Person[]; nextCursor: string | null }> {
    const { rows, nextCursor } = pageOf(await stored(this.prisma.person.findMany(newestFirst(query))), query);
    return { people: rows.map(personOf), nextCursor };
  }

  /** @throws StoreError */
  async get(id: string): Promise<Person | undefined> {
    const row = await stored(this.prisma.person.findUnique({ where: { id } }));
    return row ? personOf(row) : undefined;
  }

  /** Whether anybody can sign in who may do everything. @throws StoreError */
  async hasAdmin(): Promise<boolean> {
    return (await stored(this.prisma.person.count({ where: { role: 'admin', disabledAt: null } }))) > 0;
  }

  /** Takes as long for somebody who is not known. @throws StoreError */
  async signIn(email: string, password: string): Promise<Person | undefined> {
    const known = { email: storableText(email.toLowerCase()) };
    const row = await stored(this.prisma.person.findUnique({ where: known }));
    const matches = await isPassword(row?.passwordHash, password);
    return row && matches && !row.disabledAt ? personOf(row) : undefined;
  }

  /** Whoever is disabled is signed out everywhere. The last admin stays one. @throws StoreError */
  async change(by: Author, id: string, changes: PersonChanges): Promise<Person | 'unknown' | 'last-admin'> {
    const at = this.clock.date();
    return stored(
      this.prisma.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT 1 AS locked FROM (SELECT pg_advisory_xact_lock(${LOCK}::bigint)) AS lock`;
        const row = await tx.person.findUnique({ where: { id } });
        if (!row) return 'unknown';
        const [before, data] = [personOf(row), changed(row, changes, at)];
        if (isAdmin(before) && !isAdmin({ ...before, ...data }) && !(await hasOtherAdmin(tx, id))) return 'last-admin';
        const person = personOf(await tx.person.update({ where: { id }, data }));
        if (person.disabledAt) await endSessions(tx, id, 'disabled', at);
        const note = { subject: subjectOf(id), before: shown(before), after: shown(person) };
        await noteIn(tx, by, at, { action: 'person.changed', ...note });
        return person;
      }),
    );
  }

  /** Ends all sessions. @throws StoreError `not-found` */
  async setPassword(by: Author, id: string, password: string): Promise<void> {
    const [at, passwordHash] = [this.clock.date(), await hashPassword(password)];
    await stored(
      this.prisma.$transaction(async (tx) => {
        await tx.person.update({ where: { id }, data: { passwordHash } });
        await endSessions(tx, id, 'password', at);
        await noteIn(tx, by, at, { action: 'person.password-changed', subject: subjectOf(id) });
      }),
    );
  }
}

const isAdmin = ({ role, disabledAt }: Pick<Person, 'role' | 'disabledAt'>) => role === 'admin' && disabledAt === null;

const hasOtherAdmin = async (tx: Prisma.TransactionClient, id: string) =>
  (await tx.person.count({ where: { role: 'admin', disabledAt: null, id: { not: id } } })) > 0;

function changed({ disabledAt }: Person, { name, role, disabled }: PersonChanges, at: Date) {
  const since = disabled ? (disabledAt ?? at) : null;
  return {
    ...(name !== undefined && { name: storableText(name) }),
    ...(role !== undefined && { role }),
    disabledAt: disabled === undefined ? disabledAt : since,
  };
}

const endSessions = (tx: Prisma.TransactionClient, personId: string, endedBecause: string, endedAt: Date) =>
  tx.session.updateMany({ where: { personId, endedAt: null }, data: { endedAt, endedBecause } });

const subjectOf = (id: string) => ({ type: 'person', id });
const shown = ({ email, name, role, disabledAt }: Person) => ({ email, name, role, disabled: disabledAt !== null });

export const personOf = ({
  id,
  email,
  name,
  role,
  createdAt,
  disabledAt,
}: Person & { passwordHash: string }): Person => ({ id, email, name, role, createdAt, disabledAt });
