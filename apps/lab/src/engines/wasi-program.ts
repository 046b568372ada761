/** What one run of a program left behind. */
export interface ProgramRun {
  stdout: string;
  /** The file that it wrote; empty when it wrote none. */
  file: Buffer;
}

const [OK, BAD_FD, NOT_SEEKABLE] = [0, 8, 70];
/** Of WASI's file types: a terminal, a folder, a file. */
const [TERMINAL, FOLDER, FILE] = [2, 3, 4];
const [FOLDER_FD, FILE_FD] = [3, 4];
const ALL_RIGHTS = 0xffff_ffff_ffff_ffffn;

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/**
 * Runs a command-line program of WASI preview 1 once, with its output and the one file that it may write in memory.
 *
 * `node:wasi` would do the same with temporary files, but ends the process after some runs (measured on Node 20.20).
 *
 * @throws Error when it exits with a code other than 0
 */
export function runWasi(module: WebAssembly.Module, args: readonly string[]): ProgramRun {
  const run = new WasiRun(args);
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: run.calls });
  const { memory, _start: start } = instance.exports;
  if (!(memory instanceof WebAssembly.Memory) || typeof start !== 'function') throw new Error('not a WASI command');
  run.memory = memory;
  try {
    start();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    if (error.code !== 0) throw new Error(`${args[0]} ended with code ${error.code}`, { cause: error });
  }
  return { stdout: run.stdout, file: run.file };
}

/** The thirteen system calls that a small program needs. Addresses are places in its memory; it answers with errno. */
class WasiRun {
  memory: WebAssembly.Memory | undefined;
  stdout = '';
  readonly #args: readonly Buffer[];
  #written = Buffer.alloc(2 ** 16);
  #length = 0;
  #position = 0;

  constructor(args: readonly string[]) {
    this.#args = args.map((text) => Buffer.from(`${text}\0`));
  }

  get file(): Buffer {
    return this.#written.subarray(0, this.#length);
  }

  readonly calls = {
    args_sizes_get: (countAt: number, bytesAt: number): number => {
      const bytes = this.#args.reduce((sum, { length }) => sum + length, 0);
      return this.#setNumber(countAt, this.#args.length) + this.#setNumber(bytesAt, bytes);
    },
    args_get: (pointersAt: number, bytesAt: number): number => {
      let at = bytesAt;
      for (const [index, text] of this.#args.entries()) {
        this.#setNumber(pointersAt + index * 4, at);
        text.copy(this.#bytes, at);
        at += text.length;
      }
      return OK;
    },
    clock_time_get: (_clock: number, _precision: bigint, at: number): number =>
      this.#setLong(at, process.hrtime.bigint()),
    proc_exit: (code: number): never => {
      throw new Exit(code);
    },
    path_open: (...args: unknown[]): number => this.#setNumber(Number(args[8]), FILE_FD),
    fd_close: (): number => OK,
    fd_fdstat_get: (fd: number, at: number): number => {
      this.#view.setUint8(at, fd === FOLDER_FD ? FOLDER : fd < FOLDER_FD ? TERMINAL : FILE);
      this.#view.setUint16(at + 2, 0, true);
      return this.#setLong(at + 8, ALL_RIGHTS) + this.#setLong(at + 16, ALL_RIGHTS);
    },
    fd_fdstat_set_flags: (): number => OK,
    fd_prestat_get: (fd: number, at: number): number => {
      if (fd !== FOLDER_FD) return BAD_FD;
      this.#view.setUint8(at, 0);
      return this.#setNumber(at + 4, 1);
    },
    fd_prestat_dir_name: (_fd: number, at: number): number => {
      this.#bytes[at] = '.'.charCodeAt(0);
      return OK;
    },
    fd_read: (_fd: number, _vectors: number, _count: number, readAt: number): number => this.#setNumber(readAt, 0),
    fd_seek: (fd: number, offset: bigint, whence: number, at: number): number => {
      if (fd !== FILE_FD) return NOT_SEEKABLE;
      const from = [0, this.#position, this.#length][whence] ?? 0;
      this.#position = from + Number(offset);
      return this.#setLong(at, BigInt(this.#position));
    },
    fd_write: (fd: number, vectors: number, count: number, writtenAt: number): number => {
      let written = 0;
      for (let at = vectors; at < vectors + count * 8; at += 8) {
        const from = this.#view.getUint32(at, true);
        const length = this.#view.getUint32(at + 4, true);
        this.#write(fd, this.#bytes.subarray(from, from + length));
        written += length;
      }
      return this.#setNumber(writtenAt, written);
    },
  };

  /** Looked up each time: a memory that grows gets a new buffer. */
  get #bytes(): Uint8Array {
    return new Uint8Array(this.memory?.buffer ?? new ArrayBuffer(0));
  }

  get #view(): DataView {
    return new DataView(this.memory?.buffer ?? new ArrayBuffer(0));
  }

  #setNumber(at: number, value: number): number {
    this.#view.setUint32(at, value, true);
    return OK;
  }

  #setLong(at: number, value: bigint): number {
    this.#view.setBigUint64(at, value, true);
    return OK;
  }

  #write(fd: number, bytes: Uint8Array): void {
    if (fd !== FILE_FD) {
      this.stdout += Buffer.from(bytes).toString('latin1');
      return;
    }
    const end = this.#position + bytes.length;
    if (end > this.#written.length) {
      const longer = Buffer.alloc(Math.max(end, this.#written.length * 2));
      this.#written.copy(longer);
      this.#written = longer;
    }
    this.#written.set(bytes, this.#position);
    this.#position = end;
    this.#length = Math.max(this.#length, end);
  }
}
