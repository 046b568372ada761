// `npm run migrate`: brings the database of DATABASE_URL to the newest schema. With `-- --examples`, plants the five example
// agents where there are none.
import { build } from '../build/build.js';
import { CannotStart } from '../processes/cannot-start.js';
import { seedDatabase } from '../start/seed.js';
import { migrate } from './migrate.js';

const url = process.env['DATABASE_URL'];
try {
  if (!url) throw new CannotStart('DATABASE_URL is not set: which database is to be migrated?');
  await migrate(url);
  console.log('the database has the newest schema');
  if (process.argv.includes('--examples')) {
    await build();
    const { created, numbers } = await seedDatabase(url, process.env);
    console.log(
      created ? `five example agents were planted, with ${numbers.length} numbers` : 'there are agents already',
    );
  }
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
