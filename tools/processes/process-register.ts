import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birthmark } from './birthmark.js';

export interface Registered {
  name: string;
  pid: number;
  born: string;
  /** What it takes as a friendly request to end. */
  stopSignal: NodeJS.Signals;
}

/** Which processes were started from a private folder, kept in it, so that the next start finds what a killed one left. */
export class ProcessRegister {
  readonly #path: string;
  #open = true;

  constructor(home: string) {
    mkdirSync(home, { recursive: true, mode: 0o711 });
    this.#path = join(home, 'processes.json');
  }

  /** False once everything is to end: nothing new may be started then. */
  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
  }

  add(entry: Registered): void {
    this.#write([...this.running(), entry]);
  }

  /** Does nothing once the folder is gone. */
  remove(pid: number): void {
    if (!existsSync(this.#path)) return;
    this.#write(this.#read().filter((entry) => entry.pid !== pid));
  }

  /** Those that still run, in the order in which they were started. A number that now belongs to another is left out. */
  running(): Registered[] {
    return this.#read().filter(({ pid, born }) => birthmark(pid) === born);
  }

  #read(): Registered[] {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Registered[];
    } catch {
      return []; // none yet, or cut off by a crash: then nothing in it can be trusted
    }
  }

  #write(entries: Registered[]): void {
    writeFileSync(`${this.#path}.new`, JSON.stringify(entries), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}
