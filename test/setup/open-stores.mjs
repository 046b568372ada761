// Jest runs this once, before the first suite that needs stores. Suites get theirs from test/stores.ts.
import '../../tools/from-source.mjs';

/** A run with suites of both kinds comes here twice. */
export default async function openStores() {
  if (globalThis.carillonTestStores) return;
  const { openTestStores } = await import('./test-stores.ts');
  const stores = await openTestStores();
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl;
  globalThis.carillonTestStores = stores;
}
