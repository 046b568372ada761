import type { VoiceDetector, VoiceDetectorSession } from '@app/conversation/ports';
import type { Cancel, Clock } from '@app/kernel';
import { type FvadStream, FvadVoiceDetector } from './fvad.vad.js';
import { Outbox } from './outbox.js';
import { SileroSession } from './silero-session.js';
import { SileroThread, StartFailure } from './silero-thread.js';

/** Silero has been given up for WebRTC's detector, for good and for all calls: expect noise to be taken for voice. */
export interface VoiceDetectorFallback {
  reason: 'runtime-unloadable' | 'model-unreadable' | 'worker-died';
  cause: Error;
}

export interface SileroOptions {
  clock: Clock;
  /** Told at most once. */
  onFallback: (fallback: VoiceDetectorFallback) => void;
  /** The thread died and is started again; calls go on, as after silence. Told at most once: the next death falls back. */
  onRestart?: (cause: Error) => void;
  /** How long a whole window may wait for those of other calls. */
  gatherMs?: number;
  /** A file with Silero v5 or v6, in place of the installed v6. */
  modelPath?: string;
  /** Code for the thread, in place of the detector's own. */
  worker?: URL;
}

type Engine =
  | { type: 'starting'; started: Promise<void> }
  | { type: 'running'; thread: SileroThread }
  | { type: 'fallen-back'; streams: Map<SileroSession, FvadStream> }
  | { type: 'closed' };

const WINDOW_MS = 32;
const GATHER_MS = 10;
/** So many windows of every open call may wait, 10 s: a thread that lies further behind counts as dead. */
const MAX_BACKLOG = 10_000 / WINDOW_MS;

/**
 * Silero v6 at 8 kHz for all calls of the process, in one worker thread: windows of all calls that become whole within
 * `gatherMs` go there in one message, and through the model in one batch. No window is lost: what a dying thread leaves
 * unanswered, the next one judges, or the fallback.
 */
export class SileroVoiceDetector implements VoiceDetector {
  readonly windowMs = WINDOW_MS;
  readonly #slots = new Slots();
  readonly #outbox = new Outbox<SileroSession>();
  #engine: Engine = { type: 'starting', started: Promise.resolve() };
  #gathering: Cancel | 'over' | undefined;
  #restarted = false;

  private constructor(
    private readonly options: SileroOptions,
    private readonly fvad: FvadVoiceDetector,
  ) {}

  /** Resolves when the model is loaded, or given up: then `onFallback` has been told. */
  static async start(options: SileroOptions): Promise<SileroVoiceDetector> {
    const detector = new SileroVoiceDetector(options, await FvadVoiceDetector.load());
    await detector.#start();
    return detector;
  }

  open(tell: (probability: number) => void): VoiceDetectorSession {
    const take = (session: SileroSession, window: Int16Array) => this.#take(session, window);
    const leave = (session: SileroSession) => this.#leave(session);
    return new SileroSession(this.#slots.take(), { take, leave }, tell);
  }

  /** Ends the thread; nothing is told after it. Twice is once. */
  async close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = { type: 'closed' };
    this.#stopGathering();
    if (engine.type === 'starting') await engine.started;
    if (engine.type === 'running') await engine.thread.close();
    if (engine.type === 'fallen-back') for (const stream of engine.streams.values()) stream.close();
  }

  async #start(): Promise<void> {
    const { clock, modelPath, worker } = this.options;
    const events = { onJudged: () => this.#judged(), onDied: (cause: Error) => this.#died(cause) };
    try {
      const thread = await SileroThread.start({ clock, modelPath, worker, ...events });
      if (this.#isClosed()) return await thread.close();
      this.#engine = { type: 'running', thread };
      if (this.#outbox.away) thread.post(this.#outbox.away.message);
      else this.#send();
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      if (!this.#isClosed()) this.#fallBack({ reason: error.reason, cause: error });
    }
  }

  #take(session: SileroSession, window: Int16Array): void {
    const engine = this.#engine;
    if (engine.type === 'closed') return;
    if (engine.type === 'fallen-back') return session.tell(this.#streamOf(session, engine.streams).judge(window));
    this.#outbox.add(session, window, session.takePlace());
    this.#gathering ??= this.options.clock.after(this.options.gatherMs ?? GATHER_MS, () => {
      this.#gathering = 'over';
      this.#send();
    });
    if (engine.type === 'running' && this.#outbox.waiting > MAX_BACKLOG * this.#slots.taken) {
      engine.thread.giveUp('the thread has fallen behind');
    }
  }

  /** Sends what waits, once it has waited long enough and the thread is free. */
  #send(): void {
    if (this.#engine.type !== 'running' || this.#gathering !== 'over') return;
    const block = this.#outbox.send();
    if (!block) return;
    this.#gathering = undefined;
    this.#engine.thread.post(block.message);
  }

  #judged(): void {
    const block = this.#outbox.receive();
    block?.owners.forEach((session, at) => session.tell(block.probability(at)));
    block?.clear();
    this.#send();
  }

  #died(cause: Error): void {
    this.#outbox.away?.leaveThread();
    if (this.#restarted) return this.#fallBack({ reason: 'worker-died', cause });
    this.#restarted = true;
    this.options.onRestart?.(cause);
    this.#engine = { type: 'starting', started: this.#start() };
  }

  /** From here on windows are judged where they come in, those first that wait for an answer. */
  #fallBack(fallback: VoiceDetectorFallback): void {
    const streams = new Map<SileroSession, FvadStream>();
    this.#engine = { type: 'fallen-back', streams };
    this.#stopGathering();
    for (const block of [this.#outbox.receive(), this.#outbox.send()]) {
      block?.owners.forEach((session, at) => {
        if (session.isOpen) session.tell(this.#streamOf(session, streams).judge(block.window(at)));
      });
      block?.clear();
    }
    this.options.onFallback(fallback);
  }

  #streamOf(session: SileroSession, streams: Map<SileroSession, FvadStream>): FvadStream {
    const stream = streams.get(session) ?? this.fvad.stream();
    streams.set(session, stream);
    return stream;
  }

  #leave(session: SileroSession): void {
    this.#slots.giveBack(session.slot);
    if (this.#engine.type !== 'fallen-back') return;
    this.#engine.streams.get(session)?.close();
    this.#engine.streams.delete(session);
  }

  #stopGathering(): void {
    if (typeof this.#gathering === 'function') this.#gathering();
    this.#gathering = undefined;
  }

  readonly #isClosed = (): boolean => this.#engine.type === 'closed';
}

/** Small numbers for calls that come and go, so that the model's states stay together. */
class Slots {
  readonly #free: number[] = [];
  #given = 0;

  get taken(): number {
    return this.#given - this.#free.length;
  }

  take(): number {
    return this.#free.pop() ?? this.#given++;
  }

  giveBack(slot: number): void {
    this.#free.push(slot);
  }
}
