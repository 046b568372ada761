import pg from 'pg';

/** Prisma's error code for what PostgreSQL says. */
const CODES = { '3D000': 'P1003', '28P01': 'P1000' };
const UNREACHABLE = 'P1001';

/** The `cli` part of the schema engine's command line: what is asked before a migration. */
export class DatabaseCommands {
  #connection;

  constructor(connection) {
    this.#connection = connection;
  }

  /** Returns the exit code; a failure is told on stderr as the native engine tells it. */
  async run(command) {
    const { database } = this.#connection;
    try {
      if (command === 'can-connect-to-database') await this.#query(database);
      else if (command === 'create-database') await this.#query('postgres', `CREATE DATABASE "${database}"`);
      else if (command === 'drop-database') await this.#query('postgres', `DROP DATABASE IF EXISTS "${database}"`);
      return 0;
    } catch ({ code, message }) {
      const fields = { error_code: CODES[code] ?? UNREACHABLE, message: message || String(code) };
      console.error(JSON.stringify({ level: 'INFO', fields: {} }));
      console.error(JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields }));
      return 1;
    }
  }

  async #query(database, sql = 'SELECT 1') {
    const client = new pg.Client({ ...this.#connection, database });
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}
