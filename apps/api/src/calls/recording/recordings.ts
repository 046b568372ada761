import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@app/boot';
import type { Line } from '@app/conversation/ports';
import type { CallId, Cancel, Clock } from '@app/kernel';
import { RecordedLine } from './recorded-line.js';
import type { RecordingFile } from './wav-writer.js';

export interface RecordingsParts {
  clock: Clock;
  log: Logger;
  /** Where files lie; made when the first is needed. All nodes that answer for recordings see the same. */
  folder: string;
  /** In place of the disk, for specs. */
  openFile?: (path: string) => Promise<RecordingFile>;
}

const FLUSH_EVERY_MS = 1_000;
/** A disk that takes longer for the end of a recording keeps no call from being written down. */
const LAST_WRITES_MS = 5_000;

/** The name of a call's recording in the folder. */
export const recordingOf = (callId: string): string => `${callId}.wav`;

/** The recordings that are being made in this process; one timer for all. */
export class Recordings {
  readonly #lines = new Set<RecordedLine>();
  #next: Cancel | undefined;

  constructor(private readonly parts: RecordingsParts) {}

  /** Puts a recorder before a line; it records once it is asked to, and is ended by `finish`. */
  of(callId: CallId, line: Line): RecordedLine {
    const { clock, log } = this.parts;
    const recorded = new RecordedLine(line, {
      clock,
      open: () => this.#open(recordingOf(callId)),
      onLost: (reason, error) => log.error({ callId, reason, error }, 'recording ended before its call'),
    });
    this.#lines.add(recorded);
    this.#next ??= clock.after(FLUSH_EVERY_MS, this.#flush);
    return recorded;
  }

  /** The name of the file; null when nothing was kept. Never rejects. */
  async finish(callId: CallId, recorded: RecordedLine): Promise<string | null> {
    const { clock, log } = this.parts;
    this.#lines.delete(recorded);
    if (this.#lines.size === 0) this.#rest();
    const over = new AbortController();
    const tooLong = clock.sleep(LAST_WRITES_MS, over.signal).then(
      () => log.warn({ callId }, 'end of the recording is not on the disk'),
      () => undefined,
    );
    await Promise.race([recorded.finish(), tooLong]);
    over.abort();
    return recorded.writtenBytes > 0 ? recordingOf(callId) : null;
  }

  readonly #flush = (): void => {
    this.#next = this.parts.clock.after(FLUSH_EVERY_MS, this.#flush);
    for (const recorded of this.#lines) recorded.flush();
  };

  #rest(): void {
    this.#next?.();
    this.#next = undefined;
  }

  async #open(name: string): Promise<RecordingFile> {
    const { folder, openFile = openPrivate } = this.parts;
    return openFile(join(folder, name));
  }
}

/** Only its owner can read it: it is somebody's voice. */
async function openPrivate(path: string): Promise<RecordingFile> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  return open(path, 'wx', 0o600);
}
