import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findPocketSphinx } from './pocketsphinx.files.js';

const MODEL = 'usr/share/pocketsphinx/model/en-us/en-us.lm.bin';
const LIBRARIES = [
  'libgfortran.so.5',
  'blas/libblas.so.3',
  'lapack/liblapack.so.3',
  'libsphinxbase.so.3',
  'libpocketsphinx.so.3',
];

describe('PocketSphinx', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sphinx-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function put(root: string, libraries: readonly string[]): Promise<string> {
    const libs = join(root, 'usr/lib/some-linux-gnu');
    for (const file of [join(root, MODEL), ...libraries.map((name) => join(libs, name))]) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, '');
    }
    return libs;
  }

  it('is taken as it was unpacked before, each library after those that it needs', async () => {
    const libs = await put(join(folder, 'a/pocketsphinx'), LIBRARIES);
    expect(await findPocketSphinx(join(folder, 'a'), join(folder, 'none'))).toEqual({
      libraries: LIBRARIES.map((name) => join(libs, name)),
      model: join(folder, 'a/pocketsphinx', dirname(MODEL)),
    });
  });

  it('is taken from the system first', async () => {
    await put(join(folder, 'b/pocketsphinx'), LIBRARIES);
    const libs = await put(join(folder, 'system'), LIBRARIES.slice(3));
    const { libraries } = await findPocketSphinx(join(folder, 'b'), join(folder, 'system'));
    expect(libraries).toEqual(LIBRARIES.slice(3).map((name) => join(libs, name)));
  });
});
