import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/prisma/client.js';
import { stored } from './stored.js';

export { PrismaClient };

export interface PostgresConfig {
  /** `postgresql://…`. */
  url: string;
  /** Connections of this process, at most. */
  poolSize?: number;
  /** How long one query may wait for a connection. */
  connectTimeoutMs?: number;
  /** After this Postgres gives a statement up. */
  queryTimeoutMs?: number;
}

const SILENT_SERVER_MS = 2_000;
/** A connection that nobody uses is kept: a new one takes the server a process, and its first query what it has to learn. */
const IDLE_MS = 300_000;

/**
 * Opens a pool and asks once whether anybody is there. Whoever opened it closes it. A connection that is lost later is
 * replaced at the next query.
 *
 * @throws StoreError `unavailable`
 */
export async function openPostgres(config: PostgresConfig): Promise<PrismaClient> {
  const { url, poolSize = 10, connectTimeoutMs = 3_000, queryTimeoutMs = 10_000 } = config;
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: queryTimeoutMs,
    // for a server that does not even say that; what the statement did is then unknown
    query_timeout: queryTimeoutMs + SILENT_SERVER_MS,
    // a process that is cut off in the middle of a transaction keeps its rows locked no longer
    idle_in_transaction_session_timeout: queryTimeoutMs + SILENT_SERVER_MS,
    keepAlive: true,
    idleTimeoutMillis: IDLE_MS,
  });
  // `minimal`: the longer forms quote the arguments of the query, and with them what people said
  const prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
  try {
    await stored(prisma.$queryRaw`SELECT 1`);
  } catch (error) {
    await prisma.$disconnect();
    throw error;
  }
  return prisma;
}

/** Waits for the queries that run. */
export async function closePostgres(prisma: PrismaClient): Promise<void> {
  await prisma.$disconnect();
}
