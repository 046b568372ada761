// `npm run person -- <email> [admin|supervisor|viewer]`: lets somebody sign in to the centre that runs here, or to DATABASE_URL's.
import { build } from '../build/build.js';
import { CannotStart } from '../processes/cannot-start.js';
import { ownDatabaseUrl } from '../stores/open-stores.js';
import { pingPostgres } from '../stores/ping.js';
import { Home } from './home.js';
import { createPerson } from './seed.js';
import { loadEnvFiles } from './settings.js';

const ROLES = ['admin', 'supervisor', 'viewer'] as const;

try {
  const [email, wanted = 'viewer'] = process.argv.slice(2);
  const role = ROLES.find((one) => one === wanted);
  if (!email || !/^[^\s@]+@[^\s@]+$/.test(email) || !role)
    throw new CannotStart(`say who, and as what: npm run person -- <email> [${ROLES.join('|')}]`);
  loadEnvFiles();
  const databaseUrl = process.env['DATABASE_URL'] || ownDatabaseUrl(new Home(process.env['CARILLON_HOME']).path);
  if (!databaseUrl || (await pingPostgres(databaseUrl)) !== undefined)
    throw new CannotStart('no database answers: run npm start in another terminal, or set DATABASE_URL');
  await build();
  console.log(await createPerson(databaseUrl, email, role));
} catch (error) {
  const isKnown = (error as { code?: unknown }).code === 'store.conflict';
  if (!(error instanceof CannotStart) && !isKnown) throw error;
  console.error(isKnown ? 'somebody has this address already' : (error as Error).message);
  process.exitCode = 1;
}
