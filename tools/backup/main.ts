// `npm run backup -- <folder>` and `npm run restore -- <folder>`: the database of DATABASE_URL, or of the centre that runs
// here, and the recordings of calls.
import { join } from 'node:path';
import { CannotStart } from '../processes/cannot-start.js';
import { Home } from '../start/home.js';
import { loadEnvFiles } from '../start/settings.js';
import { ownDatabaseUrl } from '../stores/open-stores.js';
import { pingPostgres } from '../stores/ping.js';
import { backUp } from './backup.js';
import { restore } from './restore.js';

const say = (line: string) => console.log(line);

try {
  const [verb, folder] = process.argv.slice(2);
  if (!folder) throw new CannotStart(`name a folder: npm run ${verb} -- <folder>`);
  loadEnvFiles();
  const home = new Home(process.env['CARILLON_HOME']);
  const databaseUrl = process.env['DATABASE_URL'] || ownDatabaseUrl(home.path);
  if (!databaseUrl || (verb === 'backup' && (await pingPostgres(databaseUrl)) !== undefined))
    throw new CannotStart('no database answers: run npm start in another terminal, or set DATABASE_URL');
  const recordings = process.env['RECORDINGS_DIR'] || join(home.path, 'recordings');
  if (verb === 'restore') await restore({ databaseUrl, folder, recordings, say });
  else await backUp({ databaseUrl, folder, recordings, say });
  say(verb === 'restore' ? `restored from ${folder}` : `backed up into ${folder}`);
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
