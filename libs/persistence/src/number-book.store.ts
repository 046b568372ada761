import { randomBytes } from 'node:crypto';
import type { Clock } from '@app/kernel';
import type { Outdated } from './agent-draft.store.js';
import { type AuditNote, type Author, noteIn } from './audit.store.js';
import { Prisma } from './generated/prisma/client.js';
import { openingHours, type OpeningHours } from './opening-hours.js';
import { newestFirst, pageOf, type PageQuery } from './page.js';
import type { PrismaClient } from './prisma-client.js';
import { storableJson, storableText } from './storable.js';
import { stored } from './stored.js';

/** An agent that may take a number's calls besides its own. */
export interface StandIn {
  agentId: string;
  /** When; null: whenever the agent is open. */
  hours: OpeningHours | null;
}

/** A telephone number of ours, as it is set up. */
export interface BookedNumber {
  id: string;
  carrier: string;
  /** Digits with `+`. */
  e164: string;
  label: string;
  /** Null: nobody answers it yet. */
  agent: { id: string; name: string } | null;
  /** In the order in which they are asked. */
  standIns: readonly (StandIn & { name: string })[];
  /** When the carrier last said that it is ours; null: never, it was entered here. */
  seenAt: Date | null;
  /** Changes with every change of it. */
  revision: number;
}

export interface NewNumber {
  carrier: string;
  e164: string;
  label: string;
  agentId: string | null;
}

/** What a look at the carrier brought. */
export interface NumberSync {
  added: readonly string[];
  /** How many were known. */
  known: number;
  /** Those of this carrier that it did not name. They are left as they are. */
  missing: readonly string[];
}

interface Seen {
  id: string;
  revision: number;
}

const TOKEN_BYTES = 32;
const newToken = () => randomBytes(TOKEN_BYTES).toString('base64url');

const WHOLE = {
  agent: { select: { id: true, name: true } },
  others: { select: { agentId: true, hours: true, agent: { select: { name: true } } }, orderBy: { place: 'asc' } },
} satisfies Prisma.PhoneNumberInclude;
type Row = Prisma.PhoneNumberGetPayload<{ include: typeof WHOLE }>;

/** Our numbers, and who answers them. */
export class NumberBook {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** @returns with the secret of its audio socket, told this once @throws StoreError `conflict`: known already; `not-found`: no such agent */
  async create(by: Author, number: NewNumber): Promise<{ number: BookedNumber; mediaToken: string }> {
    const mediaToken = newToken();
    const data = { ...number, label: storableText(number.label), mediaToken };
    const made = await stored(
      this.prisma.$transaction(async (tx) => {
        const row = await tx.phoneNumber.create({ data, include: WHOLE });
        await noteIn(tx, by, this.clock.date(), {
          action: 'number.created',
          subject: subjectOf(row.id),
          after: number,
        });
        return bookedOf(row);
      }),
    );
    return { number: made, mediaToken };
  }

  /** Newest first. @throws StoreError */
  async list(page: PageQuery): Promise<{ numbers: BookedNumber[]; nextCursor: string | null }> {
    const found = this.prisma.phoneNumber.findMany({ include: WHOLE, ...newestFirst(page) });
    const { rows, nextCursor } = pageOf(await stored(found), page);
    return { numbers: rows.map(bookedOf), nextCursor };
  }

  /** @throws StoreError */
  async get(id: string): Promise<BookedNumber | undefined> {
    const row = await stored(this.prisma.phoneNumber.findUnique({ where: { id }, include: WHOLE }));
    return row ? bookedOf(row) : undefined;
  }

  /** @throws StoreError `not-found`: no such agent */
  async change(
    by: Author,
    seen: Seen,
    changes: { label?: string | undefined; agentId?: string | null | undefined },
  ): Promise<BookedNumber | Outdated> {
    const { label, agentId } = changes;
    return this.#change(by, seen, (before) => ({
      data: {
        ...(label !== undefined && { label: storableText(label) }),
        ...(agentId !== undefined && { agentId }),
      },
      note: {
        action: 'number.changed',
        before: { label: before.label, agentId: before.agent?.id ?? null },
        after: changes,
      },
    }));
  }

  /** All of them anew, in the order in which they are asked. @throws StoreError `not-found`: no such agent */
  async setStandIns(by: Author, seen: Seen, standIns: readonly StandIn[]): Promise<BookedNumber | Outdated> {
    return this.#change(by, seen, async (before, tx) => {
      await tx.numberAgent.deleteMany({ where: { numberId: seen.id } });
      const data = standIns.map(({ agentId, hours }, place) => ({
        ...{ numberId: seen.id, agentId, place },
        hours: hours ? storableJson(hours) : Prisma.DbNull,
      }));
      await tx.numberAgent.createMany({ data });
      return { data: {}, note: { action: 'number.stand-ins-set', before: before.standIns, after: standIns } };
    });
  }

  /** The address that the carrier streams to is another from now on; told this once. @throws StoreError */
  async renewToken(by: Author, seen: Seen): Promise<{ number: BookedNumber; mediaToken: string } | Outdated> {
    const mediaToken = newToken();
    const number = await this.#change(by, seen, () => ({
      data: { mediaToken },
      note: { action: 'number.token-renewed' },
    }));
    return typeof number === 'string' ? number : { number, mediaToken };
  }

  /** @throws StoreError */
  async remove(by: Author, { id, revision }: Seen): Promise<'removed' | Outdated> {
    return stored(
      this.prisma.$transaction(async (tx) => {
        const row = await tx.phoneNumber.findUnique({ where: { id }, include: WHOLE });
        if (!row) return 'unknown';
        if ((await tx.phoneNumber.deleteMany({ where: { id, revision } })).count === 0) return 'stale';
        const note = { subject: subjectOf(id), before: { carrier: row.carrier, e164: row.e164 } };
        await noteIn(tx, by, this.clock.date(), { action: 'number.removed', ...note });
        return 'removed';
      }),
    );
  }

  /** Takes up what the carrier names; nobody answers a new one yet. @throws StoreError */
  async sync(by: Author, carrier: string, found: readonly { e164: string; label: string }[]): Promise<NumberSync> {
    const seenAt = this.clock.date();
    return stored(
      this.prisma.$transaction(async (tx) => {
        const rows = await tx.phoneNumber.findMany({ where: { carrier }, select: { e164: true } });
        const [known, named] = [new Set(rows.map(({ e164 }) => e164)), new Set(found.map(({ e164 }) => e164))];
        const fresh = [...new Map(found.map((one) => [one.e164, one])).values()].filter(({ e164 }) => !known.has(e164));
        await tx.phoneNumber.updateMany({ where: { carrier, e164: { in: [...named] } }, data: { seenAt } });
        const data = fresh.map(({ e164, label }) => ({
          ...{ carrier, e164, seenAt, mediaToken: newToken(), label: storableText(label) },
        }));
        await tx.phoneNumber.createMany({ data });
        const added = fresh.map(({ e164 }) => e164);
        await noteIn(tx, by, seenAt, { action: 'numbers.synchronised', after: { carrier, added } });
        const missing = [...known].filter((e164) => !named.has(e164));
        return { added, known: known.size - missing.length, missing };
      }),
    );
  }

  async #change(
    by: Author,
    { id, revision }: Seen,
    change: (number: BookedNumber, tx: Prisma.TransactionClient) => Change | Promise<Change>,
  ): Promise<BookedNumber | Outdated> {
    return stored(
      this.prisma.$transaction(async (tx) => {
        const bump = { revision: { increment: 1 } };
        const { count } = await tx.phoneNumber.updateMany({ where: { id, revision }, data: bump });
        const row = await tx.phoneNumber.findUnique({ where: { id }, include: WHOLE });
        if (!row) return 'unknown';
        if (count === 0) return 'stale';
        const { data, note } = await change(bookedOf(row), tx);
        await noteIn(tx, by, this.clock.date(), { ...note, subject: subjectOf(id) });
        return bookedOf(await tx.phoneNumber.update({ where: { id }, data, include: WHOLE }));
      }),
    );
  }
}

interface Change {
  data: Prisma.PhoneNumberUncheckedUpdateInput;
  note: AuditNote;
}

const subjectOf = (id: string) => ({ type: 'number', id });

const bookedOf = ({ id, carrier, e164, label, agent, others, seenAt, revision }: Row): BookedNumber => ({
  ...{ id, carrier, e164, label, agent, seenAt, revision },
  standIns: others.map((one) => ({ agentId: one.agentId, name: one.agent.name, hours: readHours(one.hours) })),
});

/** What does not read any more is taken for none. */
const readHours = (hours: unknown): OpeningHours | null => openingHours.safeParse(hours).data ?? null;
