// Jest runs this once, before the first end-to-end suite: these run the built programs.
import '../../tools/from-source.mjs';
import openStores from './open-stores.mjs';

export default async function buildAndOpenStores() {
  const { build } = await import('../../tools/build/build.ts');
  await build();
  await openStores();
}
