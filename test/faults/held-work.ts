import type pg from 'pg';
import { until } from '../until.js';
import type { FaultCentre } from './fault-centre.js';

/**
 * Where what a worker does for an ended call can be held: before its transaction is whole, while that is being committed,
 * and when its report was written but nobody was told so.
 */
export const MOMENTS = ['storing', 'stored', 'reporting'] as const;
export type Moment = (typeof MOMENTS)[number];

const LOCK = 4_711;
const HOLDS = `
  CREATE TABLE held_work (call_id uuid NOT NULL, moment text NOT NULL);
  CREATE FUNCTION hold_work() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM held_work WHERE call_id = NEW.call_id AND moment = TG_ARGV[0]) THEN
        PERFORM pg_advisory_xact_lock_shared(${LOCK});
      END IF;
      RETURN NEW;
    END $$;
  CREATE TRIGGER hold_storing BEFORE INSERT ON call_logs FOR EACH ROW EXECUTE FUNCTION hold_work('storing');
  CREATE CONSTRAINT TRIGGER hold_stored AFTER INSERT ON call_logs DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION hold_work('stored');
  CREATE TRIGGER hold_reporting AFTER INSERT ON call_reports FOR EACH ROW EXECUTE FUNCTION hold_work('reporting');
`;
const WAITING = `
  SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** A worker's writes about chosen calls that wait, in the database, until they are let go. */
export class HeldWork {
  private constructor(
    private readonly centre: FaultCentre,
    private readonly holder: pg.Client,
  ) {}

  static async begin(centre: FaultCentre): Promise<HeldWork> {
    await centre.query(HOLDS);
    const holder = await centre.connect();
    await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
    return new HeldWork(centre, holder);
  }

  async hold(callId: string, moment: Moment): Promise<void> {
    await this.centre.query('INSERT INTO held_work VALUES ($1, $2)', [callId, moment]);
  }

  /** Resolves when so many writes wait. */
  reached = (count: number): Promise<void> => until(async () => (await this.centre.query(WAITING)).length === count);

  /** What waits goes on, also for a worker that is gone: a statement that it had sent is done. */
  release = (): Promise<void> => this.holder.end();
}
