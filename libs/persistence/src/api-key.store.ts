import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@app/kernel';
import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

export interface ApiKey {
  id: string;
  name: string;
  scopes: readonly string[];
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
  async create(name: string, scopes: readonly string[]): Promise<string> {
    const key = `cn_${randomBytes(KEY_BYTES).toString('base64url')}`;
    const data = { name, scopes: [...scopes], prefix: key.slice(0, PREFIX_CHARS), hash: hashOf(key) };
    await stored(this.prisma.apiKey.create({ data }));
    return key;
  }

  /** Undefined when no key hashes so, or it is revoked. @throws StoreError */
  async verify(key: string): Promise<ApiKey | undefined> {
    if (!KEY.test(key)) return undefined;
    const row = await stored(this.prisma.apiKey.findUnique({ where: { hash: hashOf(key) } }));
    if (!row || row.revokedAt) return undefined;
    await this.#noteUse(row.id, row.lastUsedAt);
    return { id: row.id, name: row.name, scopes: row.scopes };
  }

  async #noteUse(id: string, lastUsedAt: Date | null): Promise<void> {
    const now = this.clock.date();
    if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < NOTED_EVERY_MS) return;
    await stored(this.prisma.apiKey.updateMany({ where: { id }, data: { lastUsedAt: now } }));
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
