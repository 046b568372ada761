import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bug, chosen, DoesNotApply, withBug } from './bug.js';
import { listed } from './listed.js';
import { redIn, Tree } from './tree.js';

const bug = (find: string, replace: string): Bug => ({
  file: 'libs/a/src/a.ts',
  find,
  replace,
  specs: ['libs/a/src/a.spec.ts'],
  why: 'It counts one too many.',
});

describe('a planted bug', () => {
  it('stands where the text stood, and nowhere else', () => {
    expect(withBug('a + 1; b + 2;', bug('b + 2', 'b - 2'))).toBe('a + 1; b - 2;');
  });

  it.each([
    ['is not there', 'a', 'b', 'c'],
    ['is there twice', 'b b', 'b', 'c'],
    ['is replaced by itself', 'b', 'b', 'b'],
  ])('does not apply when its text %s', (_name, source, find, replace) => {
    expect(() => withBug(source, bug(find, replace))).toThrow(DoesNotApply);
  });

  it('keeps what looks like a pattern as it is', () => {
    expect(withBug('x', bug('x', '$& $1'))).toBe('$& $1');
  });

  it('is chosen by words of its file or its sentence, all of them', () => {
    const bugs = [bug('a', 'b'), { ...bug('a', 'b'), file: 'libs/b/src/b.ts' }];
    expect(chosen(bugs, [])).toHaveLength(2);
    expect(chosen(bugs, ['libs/b', 'counts'])).toEqual([bugs[1]]);
    expect(chosen(bugs, ['libs/b', 'heard'])).toEqual([]);
  });
});

describe('the bugs of the lists', () => {
  it('stand each in one place of the code as it is, and their specs are there', async () => {
    const unfit = (await listed()).flatMap((each) => {
      const missing = each.specs.filter((spec) => !existsSync(spec));
      return [...missing, ...(applies(each) ? [] : [`${each.file}: ${each.why}`])];
    });
    expect(unfit).toEqual([]);
  });

  const applies = (each: Bug): boolean => {
    try {
      return withBug(readFileSync(each.file, 'utf8'), each) !== '';
    } catch {
      return false;
    }
  };
});

it('takes a suite for red when a test of it failed, not when it could not run', () => {
  const testResults = [
    { name: '/t/a.spec.ts', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
    { name: '/t/b.spec.ts', assertionResults: [{ status: 'passed' }] },
    { name: '/t/c.spec.ts', assertionResults: [] },
  ];
  expect(redIn(JSON.stringify({ testResults }), '/t')).toEqual(['a.spec.ts']);
});

describe('a copy of the repository', () => {
  let root: string;
  const file = () => readFileSync(join(root, 'libs/a/src/a.ts'), 'utf8');

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'original-'));
    mkdirSync(join(root, 'libs/a/src'), { recursive: true });
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'libs/a/src/a.ts'), 'one');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('refuses a bug that does not apply, and leaves the original as it was', () => {
    const tree = new Tree(root);
    expect(() => tree.missedBy(bug('two', 'three'))).toThrow(DoesNotApply);
    tree.remove();
    expect(file()).toBe('one');
  });
});
