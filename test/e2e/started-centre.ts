import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { birthmark } from '../../tools/processes/birthmark.js';
import type { Registered } from '../../tools/processes/process-register.js';
import type { CentreFile } from '../../tools/start/home.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `npm start`, run and looked at as by somebody at a terminal. */
export class StartedCentre {
  /** All that it printed so far. */
  printed = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  /** `home` is its private folder: never the developer's. */
  constructor(
    private readonly home: string,
    settings: Record<string, string>,
  ) {
    const { DATABASE_URL: _db, REDIS_URL: _redis, NODE_OPTIONS: _options, ...env } = process.env;
    const told = { ...env, NODE_ENV: 'test', CARILLON_HOME: home, ...settings };
    // A group of its own, as a shell makes one for what is typed: Ctrl-C goes to npm and to all that it started.
    this.#child = spawn('npm', ['start'], { cwd: ROOT, env: told, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk) => (this.printed += String(chunk)));
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Resolves as soon as it printed that. @throws with all that it printed, when it does not */
  async prints(wanted: RegExp, withinMs: number): Promise<void> {
    for (let waitedMs = 0; !wanted.test(this.printed); waitedMs += 50) {
      if (waitedMs >= withinMs || this.#child.exitCode !== null)
        throw new Error(`it did not print ${wanted} within ${withinMs} ms:\n${this.printed}`);
      await wait(50);
    }
  }

  pressCtrlC(): Promise<number | null> {
    process.kill(-(this.#child.pid ?? 0), 'SIGINT');
    return this.#ended;
  }

  /** Its exit code, once it has ended by itself. */
  ended = () => this.#ended;

  centre = () => this.#read<CentreFile>('centre.json');
  /** The processes that run for it, in the order of their start. */
  processes = () => this.#read<Registered[]>('processes.json');

  async killLauncher(): Promise<void> {
    process.kill(this.centre().pid, 'SIGKILL');
    await this.#ended;
  }

  /** For the end of a suite, whatever became of it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.pressCtrlC();
  }

  #read<Content>(name: string): Content {
    return JSON.parse(readFileSync(join(this.home, name), 'utf8')) as Content;
  }
}

export const stillRun = (processes: readonly Registered[]) =>
  processes.filter(({ pid, born }) => birthmark(pid) === born).map(({ name }) => name);
