import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from '../processes/run-node.js';

/** Of the repository: npm runs there, also what was built into `dist`. */
const ROOT = process.cwd();

/** Where the client for TypeScript stands that openapi.json makes. */
export const CLIENT_FOLDER = join(ROOT, 'libs/client/src/generated');
const GENERATOR = join(ROOT, 'node_modules/@hey-api/openapi-ts/bin/run.js');
/** Last, so that nobody has to remember an order. */
const ARGS = ['--client', '@hey-api/client-fetch', '--silent', '--no-log-file'];

/** Writes the client into `folder`, in place of what is there. @throws Error with what the generator says */
export async function writeClient(folder: string): Promise<void> {
  const { code, said } = await runNode(GENERATOR, ['-i', join(ROOT, 'openapi.json'), '-o', folder, ...ARGS], {
    cwd: ROOT,
  });
  if (code !== 0) throw new Error(`the client could not be generated: ${said.trim()}`);
  for (const file of filesIn(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replace(PACKAGE_LINK, '`$1`'));
  }
}

/** Its comments link to a package's page; the name of the package says as much. */
const PACKAGE_LINK = /\{@link https:\/\/[^\s}]*\/package\/([^\s}]+)[^}]*\}/g;

/** Files that differ between two folders, or stand in one of them alone. */
export function differences(one: string, other: string): string[] {
  const [left, right] = [new Set(filesIn(one)), new Set(filesIn(other))];
  const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
  return [...new Set([...left, ...right])].filter((file) => !left.has(file) || !right.has(file) || read(one, file) !== read(other, file)); // prettier-ignore
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
