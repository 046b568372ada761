import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { JEST_ARGS } from '../check/jest.js';
import { type Bug, withBug } from './bug.js';

/** All that a unit spec may need, but the packages. */
const COPIED = ['apps', 'libs', 'prisma', 'test', 'tools', 'jest.config.mjs', 'package.json', 'tsconfig.json'];
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage']);
/** A bug may make a spec run for ever. Milliseconds. */
const MOST_MS = 120_000;

/** A copy of the repository that may be broken at will. */
export class Tree {
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'mutate-')));

  constructor(from: string) {
    for (const name of COPIED.filter((each) => existsSync(join(from, each))))
      cpSync(join(from, name), join(this.#root, name), {
        recursive: true,
        filter: (path) => !LEFT_OUT.has(basename(path)),
      });
    symlinkSync(join(from, 'node_modules'), join(this.#root, 'node_modules'));
  }

  /** Those of the bug's specs that stay green with it. @throws DoesNotApply */
  missedBy(bug: Bug): string[] {
    const file = join(this.#root, bug.file);
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, withBug(source, bug));
    try {
      const red = this.red(bug.specs);
      return bug.specs.filter((spec) => !red.includes(spec));
    } finally {
      writeFileSync(file, source);
    }
  }

  /** Those in which a test fails. One that could not run, or did not end, is not red: it has judged nothing. */
  red(specs: readonly string[]): string[] {
    const results = join(this.#root, 'results.json');
    rmSync(results, { force: true });
    const args = ['--selectProjects', 'unit', '--runInBand', '--forceExit', '--json', `--outputFile=${results}`];
    const all = [...JEST_ARGS, ...args, '--runTestsByPath', ...specs];
    spawnSync(process.execPath, all, { cwd: this.#root, stdio: 'ignore', timeout: MOST_MS, killSignal: 'SIGKILL' });
    return existsSync(results) ? redIn(readFileSync(results, 'utf8'), this.#root) : [];
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

interface JestResults {
  testResults: { name: string; assertionResults: { status: string }[] }[];
}

/** The suites with a failed test in what Jest wrote, as paths from `root`. */
export function redIn(json: string, root: string): string[] {
  const { testResults } = JSON.parse(json) as JestResults;
  return testResults
    .filter(({ assertionResults }) => assertionResults.some(({ status }) => status === 'failed'))
    .map(({ name }) => name.slice(root.length + 1));
}
