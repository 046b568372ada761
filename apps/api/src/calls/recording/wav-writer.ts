import { type SampleRateHz, type StereoTimeline, WAV_HEADER_BYTES, wavHeader } from '@app/audio';
import type { RecordingLoss } from '@app/conversation/ports';

/** A file that is written at places of the writer's choice; `FileHandle` of Node is one. */
export interface RecordingFile {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  close(): Promise<void>;
}

export interface WavWriterParts {
  timeline: StereoTimeline;
  rateHz: SampleRateHz;
  open: () => Promise<RecordingFile>;
  /** Told once; the writer is closed then, and keeps what it wrote. */
  onLost: (reason: RecordingLoss, error: unknown) => void;
}

const CHANNELS = 2;
const PAIR_BYTES = 4;

/** Moves a timeline to a file, one write at a time; what waits is in the timeline, and nothing else. */
export class WavWriter {
  #file: RecordingFile | undefined;
  #busy: Promise<void>;
  #isIdle = false;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #writtenPairs = 0;

  constructor(private readonly parts: WavWriterParts) {
    this.#busy = this.#run(() => this.#open());
  }

  /** Bytes of sound on the disk. */
  get writtenBytes(): number {
    return this.#writtenPairs * PAIR_BYTES;
  }

  /** Begins to write up to there; does nothing while the last write is under way. */
  flush(toPair: number): void {
    if (this.#state === 'open' && this.#isIdle) this.#busy = this.#run(() => this.#drain(toPair));
  }

  /** Writes the rest and the header, and closes. Never rejects. */
  async finish(toPair: number): Promise<void> {
    if (this.#state !== 'open') return this.#busy;
    this.#state = 'closing';
    this.#busy = this.#busy.then(() => this.#run(() => this.#drain(toPair))).then(() => this.#close());
    return this.#busy;
  }

  /** Gives up what is not on the disk yet. */
  lose(reason: RecordingLoss, error?: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.parts.onLost(reason, error);
    this.#busy = this.#busy.then(() => this.#close());
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#state === 'closed') return;
    this.#isIdle = false;
    try {
      await work();
      this.#isIdle = true;
    } catch (error) {
      this.lose(lossOf(error), error);
    }
  }

  async #open(): Promise<void> {
    this.#file = await this.parts.open();
    await this.#put(wavHeader({ rateHz: this.parts.rateHz, channels: CHANNELS }), 0);
  }

  async #drain(toPair: number): Promise<void> {
    const { timeline } = this.parts;
    for (let bytes = timeline.peek(toPair); bytes.length > 0; bytes = timeline.peek(toPair)) {
      await this.#put(bytes, WAV_HEADER_BYTES + this.writtenBytes);
      const pairs = bytes.length / PAIR_BYTES;
      this.#writtenPairs += pairs;
      timeline.release(pairs);
    }
  }

  /** A disk that is full may take a part. */
  async #put(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = (await this.#file?.write(bytes, done, bytes.length - done, position + done)) ?? NOTHING;
      if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
      done += bytesWritten;
    }
  }

  async #close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const file = this.#file;
    if (!file) return;
    const header = wavHeader({ rateHz: this.parts.rateHz, channels: CHANNELS, dataBytes: this.writtenBytes });
    try {
      await file.write(header, 0, header.length, 0); // over the first one: a full disk has room for it
    } catch {
      // a header that tells no length is read to the end of the file, and mended when the call is finished
    }
    await file.close().catch(() => undefined);
  }
}

const NOTHING = { bytesWritten: 0 };

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const lossOf = (error: unknown): RecordingLoss =>
  FULL.has((error as NodeJS.ErrnoException).code) ? 'disk-full' : 'failed';
