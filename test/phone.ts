import { FRAME_MS, type SampleRateHz } from '@app/audio';
import { systemClock } from '@app/kernel';
import { AgentActivity } from '../apps/lab/src/caller/agent-activity.js';
import { Mouth } from '../apps/lab/src/caller/mouth.js';
import type { Utterance } from '../apps/lab/src/caller/utterance.js';
import { FramePump } from '../apps/lab/src/ringover/frame-pump.js';
import { Playback } from '../apps/lab/src/ringover/playback.js';
import type { Dial } from '../apps/lab/src/ringover/rest/dial.js';
import { StreamerSocket } from '../apps/lab/src/ringover/streamer-socket.js';
import { metadataJson, type StreamerCommand } from '../apps/lab/src/ringover/streamer-wire.js';
import { seededRandom } from '../apps/lab/src/seeded-random.js';

const RATE_HZ: SampleRateHz = 8_000;
const NOISE = 6;
const CARRIER_DELAY_MS = 60;

interface Waiter {
  met: () => boolean;
  untilMs: number;
  resolve: (met: boolean) => void;
}

/** Somebody whose telephone was rung by us, led by a test. Times are ms since they picked up. */
export class Phone {
  readonly activity = new AgentActivity();
  /** What came over the wire, besides sound. */
  readonly commands: StreamerCommand[] = [];
  /** What came over the wire of sound, message by message. */
  readonly sound: Int16Array[] = [];
  end: 'hung-up' | 'transferred' | 'left' | undefined;
  /** Undefined until they picked up. */
  dial: Dial | undefined;
  readonly #mouth = new Mouth({ rateHz: RATE_HZ, noise: NOISE, random: seededRandom(1) });
  readonly #playback = new Playback({ rateHz: RATE_HZ, delayMs: CARRIER_DELAY_MS });
  readonly #waiters = new Set<Waiter>();
  #stream: StreamerSocket | undefined;

  /** The media server of the carrier connects; resolves to who ended it. */
  async talk(mediaUrl: string, dial: Dial, signal: AbortSignal): Promise<'caller' | 'callee'> {
    this.dial = dial;
    const startedMs = systemClock.nowMs();
    let gone: (by: 'caller' | 'callee') => void = () => undefined;
    const over = new Promise<'caller' | 'callee'>((resolve) => (gone = resolve));
    const stream = await StreamerSocket.open({
      url: mediaUrl,
      firstText: metadataJson(dial.facts, 'number'),
      numbersAs: 'either',
      command: (command) => this.#take(command, systemClock.nowMs() - startedMs),
      closed: ({ by }) => {
        this.end ??= by === 'us' ? 'hung-up' : 'left';
        gone(by === 'us' ? 'callee' : 'caller');
      },
    });
    this.#stream = stream;
    const pump = new FramePump(systemClock, () => {
      stream.sendFrame(this.#mouth.frame());
      this.activity.hear(this.#playback.heard(this.activity.nowMs));
      this.#look();
    });
    signal.addEventListener('abort', () => stream.close(), { once: true });
    const by = await over;
    pump.stop();
    for (const waiter of this.#waiters) this.#settle(waiter, waiter.met());
    return by;
  }

  /** Resolves when it was said. */
  async says(utterance: Utterance): Promise<{ fromMs: number; toMs: number }> {
    const line = this.#mouth.say(utterance);
    await this.until(() => !this.#mouth.speaking, 60_000);
    return line;
  }

  /** As a carrier may tell a key, since nothing is documented. */
  presses(digit: string): void {
    this.#stream?.sendText(JSON.stringify({ event: 'dtmf', digit }));
  }

  hangUp(): void {
    this.#stream?.close();
  }

  heard(fromMs: number, lengthMs: number): Int16Array {
    return this.#playback.heard(fromMs, lengthMs);
  }

  /** Resolves when something was said to them after `sinceMs`, and nothing for `quietMs` since. */
  async answered(sinceMs: number, { quietMs = 900, withinMs = 15_000 } = {}): Promise<boolean> {
    const began = await this.until(() => this.activity.spokeSince(sinceMs), withinMs);
    return began && this.until(() => this.activity.quietMs >= quietMs, withinMs);
  }

  get nowMs(): number {
    return this.activity.nowMs;
  }

  /** Looked at with each frame; also false when the line went. */
  until(met: () => boolean, withinMs: number): Promise<boolean> {
    if (this.end || met()) return Promise.resolve(met());
    return new Promise((resolve) => this.#waiters.add({ met, untilMs: this.nowMs + withinMs, resolve }));
  }

  #take(command: StreamerCommand, atMs: number): void {
    if (command.type === 'stream-audio') return this.#hear(command.samples, atMs);
    if (command.type === 'break') return void this.#playback.break(atMs);
    this.commands.push(command);
    if (command.type !== 'transfer') return;
    this.end = 'transferred';
    this.#stream?.close();
  }

  #hear(samples: Int16Array, atMs: number): void {
    this.sound.push(samples);
    this.#playback.arrive(samples, atMs);
  }

  #look(): void {
    for (const waiter of this.#waiters) {
      if (waiter.met()) this.#settle(waiter, true);
      else if (this.nowMs - FRAME_MS >= waiter.untilMs) this.#settle(waiter, false);
    }
  }

  #settle(waiter: Waiter, met: boolean): void {
    this.#waiters.delete(waiter);
    waiter.resolve(met);
  }
}
