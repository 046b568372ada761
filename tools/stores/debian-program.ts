import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CannotStart } from '../processes/cannot-start.js';
import { libraryPath, unpackDebianPackage } from './debian-package.js';

export interface DebianProgram {
  file: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A program of this machine, or one out of Debian's package of it, unpacked into `software` and not installed.
 *
 * @param asked what makes it tell its version @throws CannotStart where there is neither
 */
export function debianProgram(order: {
  name: string;
  package: string;
  asked: string;
  software: string;
}): DebianProgram {
  if (answers(order.name, order.asked, process.env)) return { file: order.name, env: process.env };
  const root = unpackDebianPackage(order.package, join(order.software, order.package), () => undefined);
  const file = root && join(root, 'usr/bin', order.name);
  const env = { ...process.env, LD_LIBRARY_PATH: root ? libraryPath(root) : '' };
  if (file && answers(file, order.asked, env)) return { file, env };
  throw new CannotStart(
    `there is no ${order.name} on PATH, and none to be had from Debian: apt install ${order.package}`,
  );
}

const answers = (file: string, asked: string, env: NodeJS.ProcessEnv) =>
  spawnSync(file, [asked], { env, stdio: 'ignore' }).status === 0;
