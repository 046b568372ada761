import type { Clock } from '@app/kernel';
import { Prisma } from './generated/prisma/client.js';
import { newestFirst, pageOf, type PageQuery } from './page.js';
import type { PrismaClient } from './prisma-client.js';
import { storableJson, storableText } from './storable.js';
import { stored } from './stored.js';

/** Who does something. */
export interface Author {
  kind: 'person' | 'key' | 'system';
  /** Null: this installation itself. */
  id: string | null;
  name: string;
  requestId?: string | undefined;
  address?: string | undefined;
}

/** What was done. Whoever writes it leaves secrets out. */
export interface AuditNote {
  /** `agent.published`; of what was asked of a call, the operation: `hangUpCall`. */
  action: string;
  subject?: { type: string; id: string } | undefined;
  before?: unknown;
  after?: unknown;
}

export interface AuditEntry {
  id: string;
  at: Date;
  by: { kind: string; id: string | null; name: string };
  action: string;
  subject: { type: string; id: string } | null;
  before: unknown;
  after: unknown;
  requestId: string | null;
  address: string | null;
}

export interface AuditQuery extends PageQuery {
  action?: string | undefined;
  subjectType?: string | undefined;
  subjectId?: string | undefined;
  byId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** For what this installation does by itself, or from a command line. */
export const SYSTEM: Author = { kind: 'system', id: null, name: 'system' };

const MOST_CHARACTERS = 200;

/** Writes an entry in the transaction of the change that it tells of. */
export async function noteIn(tx: Prisma.TransactionClient, by: Author, at: Date, note: AuditNote): Promise<void> {
  await tx.auditEntry.create({ data: rowOf(by, at, note) });
}

/** Who did what. Entries are only ever added. */
export class AuditStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** For what changes nothing in Postgres: a listen-in, an export, a command to a call. @throws StoreError */
  async note(by: Author, note: AuditNote): Promise<void> {
    await stored(this.prisma.auditEntry.create({ data: rowOf(by, this.clock.date(), note) }));
  }

  /** Newest first. @throws StoreError */
  async list(query: AuditQuery): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
    const { action, subjectType, subjectId, byId, since, until } = query;
    const where = {
      ...(action !== undefined && { action: storableText(action) }),
      ...(subjectType !== undefined && { subjectType: storableText(subjectType) }),
      ...(subjectId !== undefined && { subjectId: storableText(subjectId) }),
      ...(byId !== undefined && { byId }),
      at: { ...(since && { gte: since }), ...(until && { lt: until }) },
    };
    const { rows, nextCursor } = pageOf(
      await stored(this.prisma.auditEntry.findMany({ where, ...newestFirst(query) })),
      query,
    );
    return { entries: rows.map(entryOf), nextCursor };
  }
}

function rowOf({ kind, id, name, requestId, address }: Author, at: Date, note: AuditNote) {
  const { action, subject, before, after } = note;
  return {
    ...{ at, byKind: kind, byId: id, byName: name, action },
    subjectType: subject?.type ?? null,
    subjectId: subject ? storableText(subject.id.slice(0, MOST_CHARACTERS)) : null,
    before: before === undefined ? Prisma.DbNull : storableJson(before),
    after: after === undefined ? Prisma.DbNull : storableJson(after),
    requestId: requestId ?? null,
    address: address ?? null,
  };
}

type Row = NonNullable<Awaited<ReturnType<PrismaClient['auditEntry']['findUnique']>>>;

const entryOf = ({ id, at, action, before, after, requestId, address, ...row }: Row): AuditEntry => ({
  ...{ id, at, action, before, after, requestId, address },
  by: { kind: row.byKind, id: row.byId, name: row.byName },
  subject: row.subjectType === null ? null : { type: row.subjectType, id: row.subjectId ?? '' },
});
