import { StoreError, type StoreFailure } from '@app/conversation/ports';
import { Prisma } from './generated/prisma/client.js';

/** Prisma's codes (prisma.io/docs, error reference) that a caller can do something about. */
const FAILURES: Readonly<Record<string, StoreFailure>> = {
  P1000: 'unavailable', // authentication failed
  P1001: 'unavailable', // not reachable
  P1003: 'unavailable', // no such database
  P1008: 'unavailable', // timed out
  P1010: 'unavailable', // access denied
  P1017: 'unavailable', // the server closed the connection
  P2002: 'conflict', // unique
  P2003: 'not-found', // foreign key: what it points to is not there
  P2025: 'not-found', // a row that must be there is not
  P2024: 'unavailable', // no connection of the pool became free
  P2028: 'unavailable', // a transaction did not begin, or lost its connection
  P2034: 'conflict', // write conflict or deadlock
  P2037: 'unavailable', // too many connections
};

/** SQLSTATE (PostgreSQL, appendix A): connection, insufficient resources, operator intervention; idle too long; took too long. */
const UNAVAILABLE_STATE = /^(08|53|57P|25P03|57014)/;

/** What the driver adapter calls the same, where Prisma gives it no code of its own: in raw queries. */
const UNAVAILABLE_KINDS: ReadonlySet<string> = new Set([
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]);

/** What `pg` says in plain errors, without a code. */
const UNAVAILABLE_TEXT =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|query read timeout|connection error|cannot use a pool after/i;

/**
 * Awaits a query of Prisma's, and says what its failure means in the words of the ports. The message holds Prisma's code
 * only: its own texts can quote a row.
 *
 * @throws StoreError; anything else is a bug and comes through as it is
 */
export async function stored<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    throw new StoreError('postgres', failure, { detail: codeOf(error) });
  }
}

function failureOf(error: unknown): StoreFailure | undefined {
  if (error instanceof Prisma.PrismaClientInitializationError) return 'unavailable';
  const known = error instanceof Prisma.PrismaClientKnownRequestError ? FAILURES[error.code] : undefined;
  if (known) return known;
  if (!(error instanceof Error) || error instanceof StoreError) return undefined;
  return saysUnavailable(error) ? 'unavailable' : undefined;
}

function saysUnavailable(error: Error): boolean {
  const { kind = '', originalCode = '' } = causeOf(error) ?? {};
  return UNAVAILABLE_KINDS.has(kind) || UNAVAILABLE_STATE.test(originalCode) || UNAVAILABLE_TEXT.test(error.message);
}

/** What the driver adapter noted of an error. */
interface AdapterError {
  cause?: { kind?: string; originalCode?: string };
}

function causeOf(error: Error): AdapterError['cause'] {
  const meta = error instanceof Prisma.PrismaClientKnownRequestError ? error.meta : undefined;
  const { driverAdapterError } = (meta ?? {}) as { driverAdapterError?: AdapterError };
  return driverAdapterError?.cause ?? (error as AdapterError).cause;
}

function codeOf(error: unknown): string {
  return error instanceof Prisma.PrismaClientKnownRequestError ? error.code : (error as Error).name;
}
