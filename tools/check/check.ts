// `npm run check`: all that can be said of the code without stores, networks or a build. Prints only what is wrong.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate, ROOT } from '../build/build.js';
import { CLIENT_FOLDER, differences, writeClient } from '../openapi/client.js';
import { runNode } from '../processes/run-node.js';
import { JEST_ARGS } from './jest.js';
import { unlistedSpecs } from './listed-specs.js';
import { program, runAll, type Step } from './steps.js';

const [flag = '', noWarning = '', jest = ''] = JEST_ARGS;
const JEST_ENV = { ...process.env, NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} ${flag} ${noWarning}`.trim() };
const HOUSES = ['apps', 'libs', 'prisma', 'test', 'tools'];

const listing: Step = {
  name: 'every spec is one that Jest runs',
  run: async () => {
    const { code, said } = await runNode(jest, ['--listTests'], { cwd: ROOT, env: JEST_ENV });
    if (code !== 0) return { code, said };
    const unlisted = unlistedSpecs(ROOT, said.trim().split('\n'));
    return { code: unlisted.length, said: unlisted.map((file) => `Jest never runs ${file}`).join('\n') };
  },
};
const generated: Step = {
  name: 'generate',
  run: () =>
    generate().then(
      () => ({ code: 0, said: '' }),
      (error: Error) => ({ code: 1, said: error.message }),
    ),
};
const client: Step = {
  name: 'the client is what openapi.json makes',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'client-'));
    try {
      await writeClient(folder);
      const differ = differences(folder, CLIENT_FOLDER);
      return { code: differ.length, said: differ.map((file) => `${file} differs: npm run openapi`).join('\n') };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
const unit: Step = {
  name: 'unit tests',
  run: () =>
    runNode(jest, ['--selectProjects', 'unit', '--reporters', 'summary', '--maxWorkers=100%'], {
      cwd: ROOT,
      env: JEST_ENV,
    }),
};

const ungenerated = await runAll([generated]); // the others read what it writes
const failed = await runAll([
  program('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
  program('lint', 'eslint/bin/eslint.js', ['--max-warnings', '0', '.']),
  program('types', 'typescript/bin/tsc', ['--noEmit', '--pretty', 'false']),
  program('boundaries', 'dependency-cruiser/bin/dependency-cruiser.mjs', [
    '--config',
    'tools/boundaries.cjs',
    ...HOUSES,
  ]),
  listing,
  client,
  ...(process.env['CHECK_AFTER_TESTS'] === '1' ? [] : [unit]), // `npm test` has just run them
]);
failed.unshift(...ungenerated);
if (failed.length > 0) console.log(`\n${failed.length} failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
