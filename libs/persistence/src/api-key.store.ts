import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@app/kernel';
import { type Author, noteIn, SYSTEM } from './audit.store.js';
import { newestFirst, pageOf, type PageQuery } from './page.js';
import type { PrismaClient } from './prisma-client.js';
import { storableText } from './storable.js';
import { stored } from './stored.js';

export interface ApiKey {
  id: string;
  name: string;
  scopes: readonly string[];
}

/** A key as it can be shown: what it opens, not what it is. */
export interface ListedApiKey extends ApiKey {
  prefix: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const KEY_BYTES = 32;
const PREFIX_CHARS = 9;
const KEY = /^cn_[A-Za-z0-9_-]{43}$/;
/** `lastUsedAt` is as exact as this: a key that is used often writes no row each time. */
const NOTED_EVERY_MS = 60_000;

/** Keys to /api/v1. Only hashes are kept: a lost key cannot be told again. */
export class ApiKeyStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** @returns the key itself, `cn_…`, 256 random bits: told this once. @throws StoreError */
  async create(name: string, scopes: readonly string[], by: Author = SYSTEM): Promise<string> {
    return (await this.issue(by, name, scopes)).secret;
  }

  /** The same, with what can be shown of it later. @throws StoreError */
  async issue(by: Author, name: string, scopes: readonly string[]): Promise<{ key: ListedApiKey; secret: string }> {
    const secret = `cn_${randomBytes(KEY_BYTES).toString('base64url')}`;
    const data = {
      name: storableText(name),
      scopes: [...scopes],
      prefix: secret.slice(0, PREFIX_CHARS),
      hash: hashOf(secret),
    };
    const key = await stored(
      this.prisma.$transaction(async (tx) => {
        const row = await tx.apiKey.create({ data });
        const note = { subject: subjectOf(row.id), after: { name, scopes, prefix: data.prefix } };
        await noteIn(tx, by, this.clock.date(), { action: 'key.created', ...note });
        return row;
      }),
    );
    return { key: listed(key), secret };
  }

  /** Newest first, revoked ones too. @throws StoreError */
  async list(query: PageQuery): Promise<{ keys: ListedApiKey[]; nextCursor: string | null }> {
    const { rows, nextCursor } = pageOf(await stored(this.prisma.apiKey.findMany(newestFirst(query))), query);
    return { keys: rows.map(listed), nextCursor };
  }

  /** Twice is once. False when there is no such key. @throws StoreError */
  async revoke(by: Author, id: string): Promise<boolean> {
    const revokedAt = this.clock.date();
    return stored(
      this.prisma.$transaction(async (tx) => {
        const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt } });
        if (count === 0) return (await tx.apiKey.count({ where: { id } })) > 0;
        await noteIn(tx, by, revokedAt, { action: 'key.revoked', subject: subjectOf(id) });
        return true;
      }),
    );
  }

  /** Undefined when no key hashes so, or it is revoked. @throws StoreError */
  async verify(key: string): Promise<ApiKey | undefined> {
    if (!KEY.test(key)) return undefined;
    const row = await stored(this.prisma.apiKey.findUnique({ where: { hash: hashOf(key) } }));
    if (!row || row.revokedAt) return undefined;
    this.#noteUse(row.id, row.lastUsedAt);
    return { id: row.id, name: row.name, scopes: row.scopes };
  }

  /** By its id; undefined when there is none such, or it is revoked. @throws StoreError */
  async find(id: string): Promise<ApiKey | undefined> {
    const row = await stored(this.prisma.apiKey.findUnique({ where: { id } }));
    return row && !row.revokedAt ? { id, name: row.name, scopes: row.scopes } : undefined;
  }

  /** Nobody waits for it: a write waits for the disk. One that fails is made good by the next use. */
  #noteUse(id: string, lastUsedAt: Date | null): void {
    const now = this.clock.date();
    if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < NOTED_EVERY_MS) return;
    stored(this.prisma.apiKey.updateMany({ where: { id }, data: { lastUsedAt: now } })).catch(() => undefined);
  }
}

const subjectOf = (id: string) => ({ type: 'key', id });

const listed = ({
  id,
  name,
  scopes,
  prefix,
  createdAt,
  lastUsedAt,
  revokedAt,
}: ListedApiKey & { hash: string }): ListedApiKey => ({ id, name, scopes, prefix, createdAt, lastUsedAt, revokedAt });

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
