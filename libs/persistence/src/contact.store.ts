import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

export interface Contact {
  id: string;
  e164: string;
  name: string | null;
  language: string | null;
  doNotCall: boolean;
}

/** A contact with what is noted of it. */
export interface KnownContact {
  id: string;
  e164: string;
  name: string | null;
  facts: Readonly<Record<string, unknown>>;
}

export interface MayCall {
  /** Null: nobody whom we know. */
  contactId: string | null;
  /** Null: they may be called. */
  refusal: 'do-not-call' | 'no-consent' | null;
}

export class ContactStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** @param e164 digits with `+` @throws StoreError */
  async byNumber(e164: string): Promise<Contact | undefined> {
    const select = { id: true, e164: true, name: true, language: true, doNotCall: true };
    return (await stored(this.prisma.contact.findUnique({ where: { e164 }, select }))) ?? undefined;
  }

  /** Whether somebody may be called, by what they said last; `needed` is what they must have agreed to. @throws StoreError */
  async mayCall(e164: string, needed: string | null): Promise<MayCall> {
    const select = { id: true, doNotCall: true, consents: { orderBy: { id: 'desc' as const } } };
    const row = await stored(this.prisma.contact.findUnique({ where: { e164 }, select }));
    const said = (purpose: string) => row?.consents.find((one) => one.purpose === purpose)?.given;
    const lacks = said('ai-calls') === false || (needed !== null && said(needed) !== true);
    return { contactId: row?.id ?? null, refusal: row?.doNotCall ? 'do-not-call' : lacks ? 'no-consent' : null };
  }

  /** With all that is noted of them. @param e164 digits with `+` @throws StoreError */
  async knownBy(e164: string): Promise<KnownContact | undefined> {
    const row = await stored(this.prisma.contact.findUnique({ where: { e164 }, select: KNOWN }));
    return row ? knownOf(row) : undefined;
  }

  /** Whose name or number holds these words, by name; nobody for none. @throws StoreError */
  async search(words: string, limit: number): Promise<KnownContact[]> {
    const where = matching(words);
    if (!where) return [];
    const orderBy = [{ name: 'asc' as const }, { e164: 'asc' as const }];
    const rows = await stored(this.prisma.contact.findMany({ where, orderBy, take: limit, select: KNOWN }));
    return rows.map(knownOf);
  }
}

/** Whose name or number holds these words; undefined when there are none. */
export function matching(words: string) {
  const text = words.trim().replaceAll('\0', '');
  if (text === '') return undefined;
  const digits = text.replace(/[\s().+-]/g, '').replace(/^00/, '');
  const byName = { name: { contains: literal(text), mode: 'insensitive' as const } };
  const byNumber = /^\d{3,15}$/.test(digits) ? [{ e164: { contains: digits.replace(/^0/, '') } }] : [];
  return { OR: [byName, ...byNumber] };
}

/** Prisma hands a text on to LIKE as it is. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

const KNOWN = { id: true, e164: true, name: true, notes: true } as const;

const knownOf = ({
  notes,
  ...row
}: {
  id: string;
  e164: string;
  name: string | null;
  notes: unknown;
}): KnownContact => ({
  ...row,
  facts: typeof notes === 'object' && notes !== null ? { ...notes } : {},
});
