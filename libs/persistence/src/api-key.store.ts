import type { Clock } from '@app/kernel';
import type { PrismaClient } from './prisma-client.js';

export interface ApiKey {
  id: string;
  name: string;
  scopes: readonly string[];
}

/** Keys to /api/v1. Only hashes are kept: a lost key cannot be told again. */
export class ApiKeyStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** @returns the key itself, `cn_…`, 256 random bits: told this once. @throws StoreError */
  async create(_name: string, _scopes: readonly string[]): Promise<string> {
    throw new Error(String([this.prisma, this.clock]));
  }

  /** Undefined when no key hashes so, or it is revoked. @throws StoreError */
  async verify(_key: string): Promise<ApiKey | undefined> {
    throw new Error('not yet');
  }
}
