import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotStart } from '../processes/cannot-start.js';
import { runNode } from '../processes/run-node.js';
import { fingerprint, unlessDone } from './fingerprint.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const GENERATED = join(ROOT, 'libs/persistence/src/generated/prisma');
const TOOLS = ['tools/bench', 'tools/openapi', 'tools/providers', 'tools/replay', 'tools/ringover'];
const SOURCES = ['apps', 'libs', 'prisma', ...TOOLS, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Brings `dist/` up to date; `onWork` tells that it is not yet. @throws CannotStart with what the compiler says */
export async function build(onWork?: () => void): Promise<void> {
  await generate();
  const isSource = (file: string) => !/spec\.tsx?$|\/generated\//.test(file) && /\.(ts|json|prisma)$/.test(file);
  await unlessDone(join(ROOT, 'dist/.built-from'), fingerprint(ROOT, SOURCES, isSource), async () => {
    onWork?.();
    await must('the build failed', ['@nestjs/cli/bin/nest.js', 'build', 'api']);
  });
}

/** Writes what is generated and not committed: the Prisma client. Needs no network and no database. */
export async function generate(): Promise<void> {
  const state = fingerprint(ROOT, ['prisma/schema.prisma', 'package-lock.json'], () => true);
  await unlessDone(join(GENERATED, '.generated-from'), state, async () => {
    // It needs no schema engine, but looks for one: told to it alone, since a migration does need one.
    const env = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, ...process.env };
    await must('the Prisma client could not be generated', ['prisma/build/index.js', 'generate', '--no-hints'], env);
  });
}

async function must(
  failure: string,
  [script, ...args]: [string, ...string[]],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { code, said } = await runNode(join(ROOT, 'node_modules', script), args, { cwd: ROOT, env });
  if (code !== 0) throw new CannotStart(`${failure}:\n${said.trim()}`);
}
