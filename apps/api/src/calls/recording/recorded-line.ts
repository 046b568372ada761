import { samplesIn, StereoTimeline } from '@app/audio';
import type { CallRecorder, Line, LineListener, RecordingLoss } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { type RecordingFile, WavWriter } from './wav-writer.js';

export interface RecordedLineParts {
  clock: Clock;
  open: () => Promise<RecordingFile>;
  onLost: (reason: RecordingLoss, error: unknown) => void;
}

const CALLER = 0;
const AGENT = 1;

/** How late a frame of the caller's may come and still stand where it belongs. Milliseconds. */
const SETTLED_MS = 200;
/** A frame that comes later than this begins a new stretch: the time before it stays silent. */
const GAP_MS = 60;
/** How far frames that come in a burst may run ahead of time; the rest of them is left out. */
const AHEAD_MS = 1_000;
/** What a disk may be behind, besides what lies at the carrier. */
const DISK_BEHIND_MS = 3_000;

/** What has been sounding, and since when. */
interface Recording {
  timeline: StereoTimeline;
  startMs: number;
  writer: WavWriter | undefined;
}

/**
 * A line that is listened in on: the caller on the left, the agent on the right *as heard*, which is when what was sent
 * before it has been heard, and not at all once it was cleared. A carrier's own delay is not known, and not in it.
 */
export class RecordedLine implements Line, CallRecorder {
  readonly rateHz: Line['rateHz'];
  readonly pacing: Line['pacing'];
  readonly capabilities: Line['capabilities'];
  #recording: Recording | undefined;
  #isOver = false;
  #callerAt = Number.NEGATIVE_INFINITY;
  #agentTo = 0;
  /** When the caller will have heard all that was sent. */
  #silentFromMs = 0;

  constructor(
    private readonly line: Line,
    private readonly parts: RecordedLineParts,
  ) {
    this.rateHz = line.rateHz;
    this.pacing = line.pacing;
    this.capabilities = line.capabilities;
  }

  /** Bytes of sound on the disk. */
  get writtenBytes(): number {
    return this.#recording?.writer?.writtenBytes ?? 0;
  }

  begin(onLost: (reason: RecordingLoss) => void): void {
    const { open } = this.parts;
    const { rateHz } = this;
    this.#recording ??= this.#restart(this.parts.clock.nowMs());
    const lost = (reason: RecordingLoss, error: unknown) => {
      this.#isOver = true;
      this.parts.onLost(reason, error);
      onLost(reason);
    };
    this.#recording.writer ??= new WavWriter({ timeline: this.#recording.timeline, rateHz, open, onLost: lost });
  }

  /** Has written what is settled by now. Called about once a second. */
  flush(): void {
    if (!this.#isOver) this.#recording?.writer?.flush(this.#placeOf(this.parts.clock.nowMs() - SETTLED_MS));
  }

  /** The line is closed: the rest is written. Never rejects. */
  async finish(): Promise<void> {
    const nowMs = this.parts.clock.nowMs();
    this.#isOver = true;
    this.#silenceFrom(nowMs);
    await this.#recording?.writer?.finish(Math.max(this.#placeOf(nowMs), 0));
  }

  listen(listener: LineListener): void {
    this.line.listen({
      frame: (samples) => {
        this.#hear(samples);
        listener.frame(samples);
      },
      digit: (digit) => listener.digit(digit),
      mark: (name, heard) => listener.mark(name, heard),
      closed: (end) => listener.closed(end),
    });
  }

  send(samples: Int16Array): void {
    this.line.send(samples);
    if (this.#isOver) return;
    const nowMs = this.parts.clock.nowMs();
    if (!this.#recording?.writer && nowMs >= this.#silentFromMs) this.#recording = this.#restart(nowMs);
    const startMs = Math.max(this.#silentFromMs, nowMs);
    const at = this.#placeOf(startMs);
    this.#agentTo = at + samples.length;
    this.#silentFromMs = startMs + (samples.length * 1_000) / this.rateHz;
    this.#put(AGENT, at, samples);
  }

  mark(name: string): void {
    this.line.mark(name);
  }

  clear(): void {
    this.line.clear();
    this.#silenceFrom(this.parts.clock.nowMs());
  }

  sendDigits(digits: string): void {
    this.line.sendDigits(digits);
  }

  transfer(to: string): void {
    this.line.transfer(to);
  }

  hangUp(): void {
    this.line.hangUp();
  }

  leave(): void {
    if (this.line.leave) this.line.leave();
    else this.line.hangUp();
  }

  /** Until it is asked for, a recording is only what is sounding now. */
  #restart(nowMs: number): Recording {
    const keptMs = this.pacing.leadMs + SETTLED_MS + AHEAD_MS + DISK_BEHIND_MS;
    return { timeline: new StereoTimeline(this.rateHz, keptMs), startMs: nowMs, writer: undefined };
  }

  #hear(samples: Int16Array): void {
    if (this.#isOver || !this.#recording?.writer) return;
    const due = this.#placeOf(this.parts.clock.nowMs()) - samples.length;
    if (this.#callerAt < due - samplesIn(GAP_MS, this.rateHz)) this.#callerAt = due;
    if (this.#callerAt > due + samplesIn(AHEAD_MS, this.rateHz)) return;
    this.#put(CALLER, this.#callerAt, samples);
    this.#callerAt += samples.length;
  }

  #put(side: typeof CALLER | typeof AGENT, at: number, samples: Int16Array): void {
    if (!this.#recording?.timeline.put(side, at, samples)) this.#recording?.writer?.lose('disk-slow');
  }

  #silenceFrom(nowMs: number): void {
    const at = this.#placeOf(nowMs);
    this.#recording?.timeline.silence(AGENT, at, this.#agentTo);
    this.#agentTo = at;
    this.#silentFromMs = 0;
  }

  #placeOf(ms: number): number {
    return Math.round(((ms - (this.#recording?.startMs ?? 0)) * this.rateHz) / 1_000);
  }
}
