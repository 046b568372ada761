import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A small house in which every line breaks a wall, and which one it is. */
const BREACHES: [file: string, line: string, rule: string][] = [
  ['libs/kernel/src/a.ts', `import '@app/audio';`, 'kernel-reach'],
  ['libs/audio/src/a.ts', `import '@app/conversation';`, 'audio-reach'],
  ['libs/conversation/src/a.ts', `import '@app/providers';`, 'conversation-reach'],
  ['libs/conversation/src/b.ts', `import 'zod';`, 'bare-core'],
  ['libs/providers/src/a.ts', `import '@app/conversation';`, 'providers-reach'],
  ['libs/providers/src/b.ts', `import '@app/telephony';`, 'providers-reach'],
  ['libs/providers/src/c.ts', `import '@nestjs/common';`, 'nest-at-the-rim'],
  ['libs/telephony/src/a.ts', `import '../../kernel/src/inside.js';`, 'door-only'],
  ['libs/telephony/src/b.ts', `import '@app/kernel/testing';`, 'fakes-stay-in-tests'],
  ['libs/telephony/src/a.spec.ts', `import '@app/providers';`, 'telephony-test-reach'],
  ['libs/functions/src/a.ts', `import '@app/persistence';`, 'functions-reach'],
  ['libs/live-state/src/a.ts', `import '@app/persistence';`, 'live-state-reach'],
  ['libs/live-state/src/b.ts', `import 'pg';`, 'prisma-stays-home'],
  ['libs/persistence/src/a.ts', `import 'ioredis';`, 'redis-stays-home'],
  ['libs/jobs/src/a.ts', `import '@app/conversation/ports';`, 'jobs-reach'],
  ['libs/boot/src/a.ts', `import '../../../apps/api/src/main.js';`, 'no-app-in-a-lib'],
  ['libs/boot/src/b.ts', `import '../../../tools/a.js';`, 'no-tool-in-the-product'],
  ['apps/lab/src/a.ts', `import '@app/telephony';`, 'lab-reach'],
  ['apps/lab/src/a.spec.ts', `import '@app/conversation/ports';`, 'lab-test-reach'],
  ['apps/api/src/a.ts', `import '../../worker/src/main.js';`, 'apps-apart'],
  ['apps/api/src/b.ts', `import 'openai';`, 'vendors-stay-home'],
  ['apps/worker/src/ring.ts', `import './round.js';`, 'no-circles'],
];
const ALLOWED: [file: string, line: string][] = [
  ['apps/worker/src/round.ts', `import './ring.js';`],
  ['apps/worker/src/main.ts', `import '@app/jobs'; import '@app/persistence';`],
  ['apps/api/src/main.ts', `import '@app/conversation'; import '@app/telephony';`],
  ['apps/lab/src/main.ts', `import '@app/kernel'; import '@app/audio'; import '@app/boot';`],
  ['libs/kernel/src/inside.ts', 'export {};'],
  ['libs/conversation/src/ports/index.ts', `import '@app/audio';`],
  ['libs/providers/src/d.spec.ts', `import '@app/kernel/testing'; import '@app/conversation/testing';`],
  ['tools/a.ts', `import '@app/conversation/ports';`],
  ['libs/kernel/src/testing/index.ts', `import '../inside.js';`],
  ['libs/conversation/src/testing/index.ts', `import '@app/kernel/testing';`],
];
const ROOMS = ['kernel', 'audio', 'conversation', 'providers', 'telephony', 'functions', 'live-state', 'persistence'];

describe('the walls between the rooms', () => {
  let house: string;
  let found: { rule: { name: string }; from: string }[];

  beforeAll(() => {
    house = mkdtempSync(join(tmpdir(), 'walls-'));
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(house, file)), { recursive: true });
      writeFileSync(join(house, file), text);
    };
    for (const room of [...ROOMS, 'jobs', 'boot']) write(`libs/${room}/src/index.ts`, 'export {};');
    for (const [file, line] of [...BREACHES, ...ALLOWED]) write(file, line);
    for (const file of ['tsconfig.json', 'tools/boundaries.cjs']) cpSync(join(ROOT, file), join(house, file));
    symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
    const depcruise = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const args = [depcruise, '--config', 'tools/boundaries.cjs', '-T', 'json', 'apps', 'libs', 'tools'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: house, encoding: 'utf8', maxBuffer: 1e8 });
    found = (JSON.parse(stdout) as { summary: { violations: typeof found } }).summary.violations;
  }, 30_000);
  afterAll(() => rmSync(house, { recursive: true }));

  it.each(BREACHES)('refuse %s: %s', (file, _line, rule) => {
    expect(found.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('let through what the rooms are for', () => {
    const wrong = found.filter(({ from }) => !BREACHES.some(([file]) => file === from) && !from.endsWith('round.ts'));
    expect(wrong).toEqual([]);
  });
});
