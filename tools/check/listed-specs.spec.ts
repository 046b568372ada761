import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unlistedSpecs } from './listed-specs.js';

describe('specs that Jest does not know', () => {
  let root: string;
  const files = ['libs/a/src/a.spec.ts', 'libs/a/src/a.fuzz-spec.ts', 'apps/b/b.test.tsx', 'node_modules/c/c.spec.ts'];

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'specs-'));
    for (const file of [...files, 'libs/a/src/inspection.ts']) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '');
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('are named, whatever their kind', () => {
    const listed = [join(root, 'libs/a/src/a.spec.ts')];
    expect(unlistedSpecs(root, listed).sort()).toEqual(['apps/b/b.test.tsx', 'libs/a/src/a.fuzz-spec.ts']);
  });

  it('are none when all are listed', () => {
    expect(
      unlistedSpecs(
        root,
        files.map((file) => join(root, file)),
      ),
    ).toEqual([]);
  });
});
