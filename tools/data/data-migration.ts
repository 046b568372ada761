import type { Client } from 'pg';

/** What came of one batch. */
export interface Batch {
  /** Rows that it changed. */
  changed: number;
  /** Where the next one begins; null: there is none. */
  position: string | null;
}

/**
 * A change of rows that are there already, in steps so small that calls go on beside it. It is a file in `migrations/`,
 * never changed once it has run anywhere, and is made of sentences that may be said again: a row that was changed needs
 * no change.
 */
export interface DataMigration {
  /** Lower case with hyphens; it is remembered by it. */
  name: string;
  /** What it is for, in one sentence. */
  purpose: string;
  /** Of the rows that it changes, the columns that may be shown: nothing personal, nothing that people said. */
  shown: readonly string[];
  /** How many rows it would change now. Only reads. */
  count(client: Client): Promise<number>;
  /** A few of those rows, with what they would get. Only reads. */
  samples(client: Client, most: number): Promise<Record<string, unknown>[]>;
  /** Changes at most so many rows from a position on, in the order of its own; null: the beginning. In a transaction that is not its own. */
  batch(client: Client, position: string | null, rows: number): Promise<Batch>;
}
