import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bug } from './bug.js';

const LISTS = join(import.meta.dirname, 'bugs');

/** All bugs of `bugs/`. */
export async function listed(): Promise<Bug[]> {
  const names = readdirSync(LISTS).filter((name) => name.endsWith('.ts'));
  const lists = names.map((name) => import(join(LISTS, name)) as Promise<{ BUGS: readonly Bug[] }>);
  return (await Promise.all(lists)).flatMap(({ BUGS }) => BUGS);
}
