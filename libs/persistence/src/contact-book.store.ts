import type { Clock } from '@app/kernel';
import { type Author, noteIn } from './audit.store.js';
import { matching } from './contact.store.js';
import type { Prisma } from './generated/prisma/client.js';
import { newestFirst, pageOf, type PageQuery } from './page.js';
import type { PrismaClient } from './prisma-client.js';
import { storableJson, storableText } from './storable.js';
import { stored } from './stored.js';
import type { Outdated } from './agent-draft.store.js';

/** What somebody may agree to, or not. */
export const CONSENT_PURPOSES = ['ai-calls', 'marketing', 'recording'] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/** What somebody said; the newest of a purpose counts. */
export interface Consent {
  purpose: ConsentPurpose;
  given: boolean;
  /** How it is known: `asked in call …`, `web form`. */
  source: string;
  at: Date;
}

export interface ContactFacts {
  name: string | null;
  /** BCP 47. */
  language: string | null;
  doNotCall: boolean;
  notes: Readonly<Record<string, unknown>>;
}

/** Somebody whom we speak with. */
export interface BookedContact extends ContactFacts {
  id: string;
  e164: string;
  /** What counts now; none for a purpose of which nothing is known. */
  consents: readonly Consent[];
  /** Changes with every change of it. */
  revision: number;
  createdAt: Date;
}

/** A call with a contact, in short. */
export interface ContactCall {
  id: string;
  direction: 'inbound' | 'outbound';
  state: string;
  agent: { id: string; name: string } | null;
  startedAt: Date;
  endReason: string | null;
  durationMs: number | null;
  summary: string | null;
}

interface Seen {
  id: string;
  revision: number;
}

const WITH_CONSENTS = { consents: { orderBy: { id: 'desc' } } } satisfies Prisma.ContactInclude;
type Row = Prisma.ContactGetPayload<{ include: typeof WITH_CONSENTS }>;

/**
 * The address book. The audit log says of a contact what kind of thing was changed and never what it was, so that
 * whoever is erased here is not left standing there.
 */
export class ContactBook {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreError `conflict` when the number is somebody's already */
  async create(by: Author, contact: ContactFacts & { e164: string }): Promise<BookedContact> {
    const data = { ...contact, name: nullable(contact.name), notes: storableJson(contact.notes) };
    return stored(
      this.prisma.$transaction(async (tx) => {
        const row = await tx.contact.create({ data, include: WITH_CONSENTS });
        await noteIn(tx, by, this.clock.date(), { action: 'contact.created', subject: subjectOf(row.id) });
        return bookedOf(row);
      }),
    );
  }

  /** Newest first; whose name or number holds the words. @throws StoreError */
  async list({ words, ...page }: PageQuery & { words?: string | undefined }): Promise<{
    contacts: BookedContact[];
    nextCursor: string | null;
  }> {
    const where = words === undefined ? {} : matching(words);
    if (!where) return { contacts: [], nextCursor: null };
    const found = this.prisma.contact.findMany({ where, include: WITH_CONSENTS, ...newestFirst(page) });
    const { rows, nextCursor } = pageOf(await stored(found), page);
    return { contacts: rows.map(bookedOf), nextCursor };
  }

  /** @throws StoreError */
  async get(id: string): Promise<BookedContact | undefined> {
    const row = await stored(this.prisma.contact.findUnique({ where: { id }, include: WITH_CONSENTS }));
    return row ? bookedOf(row) : undefined;
  }

  /** @throws StoreError */
  async change(by: Author, seen: Seen, changes: Partial<ContactFacts>): Promise<BookedContact | Outdated> {
    const { notes, name, ...facts } = changes;
    return this.#change(by, seen, (before) => ({
      data: {
        ...facts,
        ...(name !== undefined && { name: nullable(name) }),
        ...(notes !== undefined && { notes: storableJson(notes) }),
      },
      action: 'contact.changed',
      before: facts.doNotCall === undefined ? undefined : { doNotCall: before.doNotCall },
      after: { changed: Object.keys(changes), ...(facts.doNotCall !== undefined && { doNotCall: facts.doNotCall }) },
    }));
  }

  /** @throws StoreError */
  async noteConsent(by: Author, id: string, consent: Omit<Consent, 'at'>): Promise<BookedContact | undefined> {
    const at = this.clock.date();
    const { purpose, given, source } = consent;
    return stored(
      this.prisma.$transaction(async (tx) => {
        if ((await tx.contact.count({ where: { id } })) === 0) return undefined;
        await tx.contactConsent.create({ data: { contactId: id, purpose, given, source: storableText(source), at } });
        const note = { subject: subjectOf(id), after: { purpose, given } };
        await noteIn(tx, by, at, { action: 'contact.consent-noted', ...note });
        const data = { revision: { increment: 1 } };
        return bookedOf(await tx.contact.update({ where: { id }, data, include: WITH_CONSENTS }));
      }),
    );
  }

  /** All that was ever said, newest first. @throws StoreError */
  async consents(id: string): Promise<Consent[]> {
    const row = await stored(this.prisma.contact.findUnique({ where: { id }, include: WITH_CONSENTS }));
    return (row?.consents ?? []).map(consentOf);
  }

  /** Calls keep what was said in them; that they were with this contact is forgotten. @throws StoreError */
  async remove(by: Author, { id, revision }: Seen): Promise<'removed' | Outdated> {
    return stored(
      this.prisma.$transaction(async (tx) => {
        if ((await tx.contact.deleteMany({ where: { id, revision } })).count === 0)
          return (await tx.contact.count({ where: { id } })) === 0 ? 'unknown' : 'stale';
        await noteIn(tx, by, this.clock.date(), { action: 'contact.removed', subject: subjectOf(id) });
        return 'removed';
      }),
    );
  }

  /** Its calls, newest first. @throws StoreError */
  async calls(id: string, { limit, cursor }: PageQuery): Promise<{ calls: ContactCall[]; nextCursor: string | null }> {
    const found = this.prisma.call.findMany({
      where: { contactId: id },
      select: CALL,
      orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      ...(cursor !== undefined && { cursor: { id: cursor }, skip: 1 }),
    });
    const { rows, nextCursor } = pageOf(await stored(found), { limit });
    return { calls: rows.map(({ report, ...call }) => ({ ...call, summary: report?.summary ?? null })), nextCursor };
  }

  async #change(by: Author, { id, revision }: Seen, change: (row: Row) => Change): Promise<BookedContact | Outdated> {
    return stored(
      this.prisma.$transaction(async (tx) => {
        const { count } = await tx.contact.updateMany({
          where: { id, revision },
          data: { revision: { increment: 1 } },
        });
        const row = await tx.contact.findUnique({ where: { id }, include: WITH_CONSENTS });
        if (!row) return 'unknown';
        if (count === 0) return 'stale';
        const { data, ...note } = change(row);
        await noteIn(tx, by, this.clock.date(), { ...note, subject: subjectOf(id) });
        return bookedOf(await tx.contact.update({ where: { id }, data, include: WITH_CONSENTS }));
      }),
    );
  }
}

interface Change {
  data: Prisma.ContactUpdateInput;
  action: string;
  before: unknown;
  after: unknown;
}

const CALL = {
  ...{ id: true, direction: true, state: true, startedAt: true, endReason: true, durationMs: true },
  agent: { select: { id: true, name: true } },
  report: { select: { summary: true } },
} as const;

const subjectOf = (id: string) => ({ type: 'contact', id });
const nullable = (text: string | null) => (text === null ? null : storableText(text));

const consentOf = ({ purpose, given, source, at }: Row['consents'][number]): Consent => ({
  ...{ given, source, at },
  purpose: purpose as ConsentPurpose,
});

function bookedOf({ id, e164, name, language, doNotCall, notes, consents, revision, createdAt }: Row): BookedContact {
  const newest = [...Map.groupBy(consents, ({ purpose }) => purpose).values()].flatMap(([first]) => first ?? []);
  return {
    ...{ id, e164, name, language, doNotCall, revision, createdAt },
    notes: typeof notes === 'object' && notes !== null && !Array.isArray(notes) ? notes : {},
    consents: newest.map(consentOf),
  };
}
