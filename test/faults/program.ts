import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@app/kernel';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UP_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
const LAST_LINES = 20;
/** Of `ulimit -f`, where a shell keeps to POSIX. */
const BLOCK_BYTES = 512;

/** What a process is given besides its environment. */
export interface ProgramMeans {
  args?: readonly string[];
  /** No file of its may grow beyond this: a write there fails, as on a disk that is full. Whole blocks of 512 bytes. */
  mostFileBytes?: number | undefined;
}

/** One program of this repository as it was built, that a test may stop, stall and kill. */
export class Program {
  /** All that it printed. */
  printed = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(
    readonly name: 'api' | 'worker' | 'lab',
    env: Readonly<Record<string, string>>,
    { args = [], mostFileBytes }: ProgramMeans = {},
  ) {
    const script = join(ROOT, 'dist/apps', name, 'src/main.js');
    const { PATH = '' } = process.env;
    const command = [process.execPath, script, ...args];
    const limited = ['sh', '-c', `ulimit -f ${Math.floor((mostFileBytes ?? 0) / BLOCK_BYTES)} && exec "$@"`, 'sh', ...command]; // prettier-ignore
    const [file = '', ...rest] = mostFileBytes === undefined ? command : limited;
    this.#child = spawn(file, rest, {
      cwd: ROOT,
      env: { PATH, NODE_ENV: 'test', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk) => (this.printed += String(chunk)));
    this.#exited = once(this.#child, 'exit');
  }

  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with the first answer. @throws with the last that it printed, when there is none in time */
  async until<Answer>(ask: () => Promise<Answer | undefined> | Answer | undefined): Promise<Answer> {
    for (let waitedMs = 0; waitedMs < UP_WITHIN_MS && this.runs; waitedMs += LOOK_EVERY_MS) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await systemClock.sleep(LOOK_EVERY_MS);
    }
    throw new Error(`${this.name} did not come up:\n${this.printed.split('\n').slice(-LAST_LINES).join('\n')}`);
  }

  /** A planned stop: it ends when it has done what it must. Resolves when it has ended, with its exit code. */
  async stop(): Promise<number | null> {
    if (this.runs) this.#child.kill('SIGTERM');
    await this.#exited;
    return this.#child.exitCode;
  }

  /** No goodbye: sockets break, timers never fire. */
  async kill(): Promise<void> {
    if (this.runs) this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Nothing of it runs for so long; its sockets stay. */
  async stall(forMs: number): Promise<void> {
    this.#child.kill('SIGSTOP');
    await systemClock.sleep(forMs);
    this.#child.kill('SIGCONT');
  }
}
