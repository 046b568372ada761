// `npm run key -- <name>`: a new API key for the centre that runs here, or for DATABASE_URL.
import { build } from '../build/build.js';
import { CannotStart } from '../processes/cannot-start.js';
import { ownDatabaseUrl } from '../stores/open-stores.js';
import { pingPostgres } from '../stores/ping.js';
import { Home } from './home.js';
import { createKey } from './seed.js';
import { loadEnvFiles } from './settings.js';

try {
  const [name] = process.argv.slice(2);
  if (!name) throw new CannotStart('name the key after who will hold it: npm run key -- <name>');
  loadEnvFiles();
  const databaseUrl = process.env['DATABASE_URL'] || ownDatabaseUrl(new Home(process.env['CARILLON_HOME']).path);
  if (!databaseUrl || (await pingPostgres(databaseUrl)) !== undefined)
    throw new CannotStart('no database answers: run npm start in another terminal, or set DATABASE_URL');
  await build();
  console.log(await createKey(databaseUrl, name));
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
