import type { PlayoutClock } from '@app/audio';
import type { Clock } from '@app/kernel';
import { type Ear, Listener } from '../listening/listener.js';
import type { Input } from '../log/input.js';
import type { Line, LineEnd, PersonCaller, TurnSettings, VoiceDetector } from '../ports/index.js';
import { type Mouth, Speaker } from '../speaking/speaker.js';
import { BridgeWay } from './bridge.js';

export interface SecondLegParts {
  leg: number;
  callId: string;
  to: string;
  persons: PersonCaller;
  /** The caller's. */
  line: Line;
  clock: Clock;
  playout: PlayoutClock;
  detector: VoiceDetector;
  turns: TurnSettings;
  ear: Ear;
  mouthFor: (leg: { legId: string; line: Line; signal: AbortSignal }) => Mouth;
  /** Now, on the call's clock. */
  callMs: () => number;
  tell: (input: Input) => void;
  /** A bug: it ends the call. */
  fail: (error: unknown) => void;
}

/** Who is listening to the person: the recogniser that waits for their answer, or the caller. */
type Ears = { to: 'nobody' } | { to: 'agent'; listener: Listener } | { to: 'caller'; way: BridgeWay };

interface Answered {
  line: Line;
  speaker: Speaker;
}

/** A person who is called to take the call over: rung, told what it is about, heard, and then joined with the caller. */
export class SecondLeg {
  readonly #over = new AbortController();
  #answered: Answered | undefined;
  #ears: Ears = { to: 'nobody' };
  #toPerson: BridgeWay | undefined;
  /** Epoch of what is being said to them. */
  #saying = 0;

  constructor(private readonly parts: SecondLegParts) {
    const { persons, callId, to, leg, fail } = parts;
    persons
      .call({ callId, to, signal: this.#over.signal })
      .then((answer) => {
        if (!('missed' in answer)) return this.#take(answer.legId, answer.line);
        if (!this.#isOver) this.#tell({ type: 'person-missed', leg, why: answer.missed });
      })
      .catch(fail);
  }

  /** Tells it to them, in place of what was being said. */
  say(texts: readonly string[]): void {
    const speaker = this.#answered?.speaker;
    if (!speaker) return;
    const epoch = (this.#saying += 1);
    texts.forEach((text, piece) => speaker.speak(epoch, piece, text));
    speaker.release(epoch);
    speaker.finish(epoch);
  }

  /** The caller and they hear each other from now on, and nobody else is heard. */
  join(): void {
    const { line, clock } = this.parts;
    if (!this.#answered) return;
    this.#answered.speaker.close();
    this.#closeEars();
    this.#ears = { to: 'caller', way: new BridgeWay(this.#answered.line.rateHz, line, clock) };
    this.#toPerson = new BridgeWay(line.rateHz, this.#answered.line, clock);
  }

  /** One frame of the caller's: false while it is not for the person. On the hot path. */
  hear(frame: Int16Array): boolean {
    if (!this.#toPerson) return false;
    this.#toPerson.take(frame);
    return true;
  }

  /** Their telephone stops ringing, or their line is hung up. */
  end(): void {
    if (this.#isOver) return;
    this.#over.abort();
    this.#answered?.speaker.close();
    this.#answered?.line.hangUp();
    this.#closeEars();
    this.#toPerson?.close();
    this.#toPerson = undefined;
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  #take(legId: string, line: Line): void {
    if (this.#isOver) return line.hangUp();
    const { leg, clock, playout, detector, turns, ear, mouthFor, callMs, fail } = this.parts;
    const { signal } = this.#over;
    const mouth = mouthFor({ legId, line, signal });
    const speaker = new Speaker({ line, clock, playout, mouth, tell: (input) => this.#spoken(input), fail });
    const tell = (input: Input) => this.#heard(input);
    const rateHz = line.rateHz;
    const listener = new Listener({ callId: legId, rateHz, clock, ear, detector, turns, callMs, tell, fail });
    this.#answered = { line, speaker };
    this.#ears = { to: 'agent', listener };
    line.listen({
      frame: (samples) => this.#frame(samples),
      digit: (digit) => this.#tell({ type: 'person-pressed', leg, digit }),
      mark: () => undefined,
      closed: (end) => this.#closed(end),
    });
    listener.open(0);
    this.#tell({ type: 'person-answered', leg });
  }

  #frame(samples: Int16Array): void {
    if (this.#ears.to === 'caller') this.#ears.way.take(samples);
    else if (this.#ears.to === 'agent') this.#ears.listener.hear(samples);
  }

  #heard(input: Input): void {
    if (input.type === 'provider-used') return this.#used(input);
    if (input.type === 'voice-stopped' && this.#ears.to === 'agent') return this.#ears.listener.askForWords();
    if (input.type === 'words-settled') this.#tell({ type: 'person-spoke', leg: this.parts.leg, text: input.text });
  }

  #spoken(input: Input): void {
    const { leg } = this.parts;
    if (input.type === 'provider-used') return this.#used(input);
    if (input.type === 'reply-finished') return this.#tell({ type: 'person-briefed', leg });
    if (input.type === 'provider-failed') this.#tell({ type: 'person-missed', leg, why: 'failed' });
  }

  /** What it cost is the call's, but of no reply of its; it may come in when they are gone. */
  #used({ usage }: Input & { type: 'provider-used' }): void {
    this.parts.tell({ type: 'provider-used', usage });
  }

  /** That a line is lost is nobody's answer. */
  #closed(end: LineEnd): void {
    const { leg } = this.parts;
    this.#tell(end === 'lost' ? { type: 'person-missed', leg, why: 'failed' } : { type: 'person-left', leg });
  }

  #tell(input: Input): void {
    if (!this.#isOver) this.parts.tell(input);
  }

  #closeEars(): void {
    if (this.#ears.to === 'agent') this.#ears.listener.close();
    if (this.#ears.to === 'caller') this.#ears.way.close();
    this.#ears = { to: 'nobody' };
  }
}
