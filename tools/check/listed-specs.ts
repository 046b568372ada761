import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const ELSEWHERE = new Set(['node_modules', 'dist', 'coverage', '.git', '.local', '.githooks', '.ci']);

/** Every file under `root` that looks like a spec and that Jest, which listed `listed` (absolute paths), would never run. */
export function unlistedSpecs(root: string, listed: readonly string[]): string[] {
  const known = new Set(listed);
  return specsIn(root)
    .filter((path) => !known.has(path))
    .map((path) => relative(root, path).split(sep).join('/'));
}

function specsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ELSEWHERE.has(entry.name) ? [] : specsIn(path);
    return /(spec|\.test)\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}
