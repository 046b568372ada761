import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CannotStart } from '../processes/cannot-start.js';
import { goBeforeOthers } from '../processes/go-before-others.js';
import { lastLines, launch, type Running } from '../processes/process-group.js';
import type { ProcessRegister } from '../processes/process-register.js';
import { pingRedis } from './ping.js';
import { findRedis, type RedisProgram } from './redis-program.js';

const READY_WITHIN_MS = 20_000;

export interface RedisOrder {
  home: string;
  /** Where unpacked packages are kept, for all private folders of this checkout. */
  software: string;
  port: number;
  password: string;
  register: ProcessRegister;
  say: (line: string) => void;
}

/** A Redis of our own on 127.0.0.1 that keeps its data in an append-only file. @throws CannotStart */
export async function startRedis(order: RedisOrder): Promise<{ running: Running; url: string; what: string }> {
  const program = findRedis(order.software, order.say);
  const folder = join(order.home, 'redis');
  const config = join(folder, 'redis.conf');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(config, configuration(order, folder, program), { mode: 0o600 });
  const args = [...program.args, config];
  const logPath = join(order.home, 'logs/redis.log');
  const running = await launch({ name: 'Redis', file: program.file, args, env: program.env, logPath }, order.register);
  const url = `redis://${program.real ? `:${order.password}@` : ''}127.0.0.1:${order.port}`;
  await untilReady(running, url);
  goBeforeOthers(running.pid); // each step of a live call asks it, and it needs little
  return { running, url, what: program.what };
}

/** BullMQ needs `noeviction`. 1,024 databases, so that each test suite can have one of its own. */
function configuration({ port, password }: RedisOrder, folder: string, { real }: RedisProgram): string {
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir "${folder}"`, 'appendonly yes', 'save ""', 'databases 1024'];
  lines.push('maxmemory-policy noeviction', 'daemonize no');
  if (real) lines.push(`requirepass ${password}`);
  return `${lines.join('\n')}\n`;
}

async function untilReady(running: Running, url: string): Promise<void> {
  let over: string | undefined;
  void running.ended.then((how) => (over = how));
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 50) {
    if (over) throw new CannotStart(`Redis ${over}: ${lastLines(running, 1)}`);
    if ((await pingRedis(url)) === undefined) return;
    await wait(50);
  }
  throw new CannotStart(`Redis was not ready after ${READY_WITHIN_MS / 1000} s: ${lastLines(running, 1)}`);
}
