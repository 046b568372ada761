import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(240_000);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WITHIN_MS = 200_000;

/** Of what `--json` prints, that which is looked at here. */
interface Report {
  table: { name: string; value?: number; yardstick?: number }[];
  figures: {
    work: { calls: number; turns: number; interruptions: number };
    failures: Record<string, number>;
    linesFree: boolean;
  };
  verdict: { good: boolean; reasons: string[] };
}

/** A few calls for a few seconds: whether a load is put on, measured and judged. How quick the machine is, is no test. */
describe('a short load', () => {
  let home: string;
  let said: { report: Report; code: number };
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'load-'));
    chmodSync(home, 0o711); // the user that runs PostgreSQL for root must get in
    said = await lab(home, ['load', '--calls', '5', '--seconds', '12', '--seed', '7', '--json']);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('is carried: every call is served, and every line free at the end', () => {
    const { work, failures, linesFree } = said.report.figures;
    expect(failures).toEqual({});
    expect(work.calls).toBeGreaterThanOrEqual(5);
    expect(work.turns).toBeGreaterThanOrEqual(5);
    expect(linesFree).toBe(true);
  });

  it('measures every figure, of the centre and of the yardstick', () => {
    const { table } = said.report;
    const missing = table.filter(({ value }) => typeof value !== 'number').map(({ name }) => name);
    expect(missing).toEqual([]);
    const beside = table.filter(({ yardstick }) => typeof yardstick === 'number').map(({ name }) => name);
    expect(beside).toEqual(expect.arrayContaining(['CPU of the process', 'whole turn p50', 'sound late p99']));
  });

  it('exits by its verdict, and says why it is not green', () => {
    const { good, reasons } = said.report.verdict;
    expect(said.code).toBe(good ? 0 : 1);
    expect(reasons.length > 0).toBe(!good);
  });
});

function lab(home: string, args: readonly string[]): Promise<{ report: Report; code: number }> {
  const { DATABASE_URL: _db, REDIS_URL: _redis, NODE_OPTIONS: _options, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, env: { ...env, CARILLON_HOME: home }, timeout: WITHIN_MS };
    const child = execFile('npm', ['run', '--silent', 'lab', '--', ...args], options, (error, stdout, stderr) => {
      const code = error ? child.exitCode : 0;
      if (code === null || code > 1) return reject(new Error(`the load ended with ${code}:\n${stderr}`));
      resolve({ report: JSON.parse(stdout) as Report, code });
    });
  });
}
