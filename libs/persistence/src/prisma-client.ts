import { PrismaClient } from './generated/prisma/client.js';

export { PrismaClient };

export interface PostgresConfig {
  /** `postgresql://…`. */
  url: string;
  /** Connections of this process, at most. */
  poolSize?: number;
}

/** Opens a pool and asks once whether anybody is there. Whoever opened it closes it. @throws StoreError `unavailable` */
export async function openPostgres(_config: PostgresConfig): Promise<PrismaClient> {
  throw new Error('not yet');
}

export async function closePostgres(prisma: PrismaClient): Promise<void> {
  await prisma.$disconnect();
}
