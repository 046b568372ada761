// Jest runs this once, before the first suite that needs stores. Suites get theirs from test/stores.ts.
import '../../tools/from-source.mjs';

export default async function openStores() {
  const { openTestStores } = await import('./test-stores.ts');
  const stores = await openTestStores();
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl;
  globalThis.carillonTestStores = stores;
}
