// `npm run data` lists the data migrations; `npm run data -- <name> [--dry-run] [--rows 1000]` runs one in the database of
// DATABASE_URL, or of the centre that runs here.
import { parseArgs } from 'node:util';
import { CannotStart } from '../processes/cannot-start.js';
import { Home } from '../start/home.js';
import { loadEnvFiles } from '../start/settings.js';
import { ownDatabaseUrl } from '../stores/open-stores.js';
import { pingPostgres } from '../stores/ping.js';
import { DATA_MIGRATIONS } from './migrations/index.js';
import { listData, runData, tryOut } from './run-data.js';

const ROWS = '1000';
const MOST_ROWS = 100_000;
const say = (line: string) => console.log(line);

function asked() {
  try {
    const options = { 'dry-run': { type: 'boolean' }, rows: { type: 'string', default: ROWS } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const rowsAtOnce = Number(values.rows);
    if (Number.isInteger(rowsAtOnce) && rowsAtOnce > 0 && rowsAtOnce <= MOST_ROWS)
      return { name: positionals[0], isDry: values['dry-run'] ?? false, rowsAtOnce };
  } catch (error) {
    throw new CannotStart((error as Error).message);
  }
  throw new CannotStart(`--rows takes a whole number from 1 to ${MOST_ROWS}`);
}

async function run(): Promise<void> {
  const { name, isDry, rowsAtOnce } = asked();
  loadEnvFiles();
  const databaseUrl = process.env['DATABASE_URL'] || ownDatabaseUrl(new Home(process.env['CARILLON_HOME']).path);
  if (!databaseUrl || (await pingPostgres(databaseUrl)) !== undefined)
    throw new CannotStart('no database answers: run npm start in another terminal, or set DATABASE_URL');
  if (name === undefined) return void (await listData(databaseUrl, DATA_MIGRATIONS)).forEach(say);
  const migration = DATA_MIGRATIONS.find((each) => each.name === name);
  if (!migration)
    throw new CannotStart(
      `no data migration ${name}: there are ${DATA_MIGRATIONS.map((each) => each.name).join(', ')}`,
    );
  if (isDry) return void (await tryOut({ databaseUrl, migration, say }));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const outcome = await runData({ databaseUrl, migration, rowsAtOnce, say, signal: stop.signal });
  if (outcome === 'stopped') process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
