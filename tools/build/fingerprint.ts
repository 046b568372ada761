import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Changes whenever a file of these folders (or one of these files) is added, removed or written. */
export function fingerprint(root: string, paths: readonly string[], wanted: (file: string) => boolean): string {
  const hash = createHash('sha256');
  for (const path of paths.filter((path) => existsSync(join(root, path)))) {
    const files = statSync(join(root, path)).isDirectory() ? filesIn(join(root, path)) : [join(root, path)];
    for (const file of files.filter(wanted).sort()) {
      const { mtimeMs, size } = statSync(file);
      hash.update(`${file} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex');
}

/** Does `work` unless it was done for the same `state` before, as the file `stamp` remembers. */
export async function unlessDone(stamp: string, state: string, work: () => Promise<void>): Promise<void> {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
