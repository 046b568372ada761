import { assertNever } from '@app/kernel';
import type { Handset, RingoverCallEnd } from '../ringover/ringover-call.js';
import { AgentActivity } from './agent-activity.js';
import type { Mouth, SpokenLine } from './mouth.js';
import type { Scenario, Step } from './scenario.js';
import type { Utterance } from './utterance.js';

/** What became of one step. Instants are ms since the stream began. */
export interface PlayedStep {
  at: number;
  step: Step;
  fromMs: number;
  toMs: number;
  /** What the caller said in it. */
  line: SpokenLine | null;
  /** From when to when the scenario itself asked for nobody to speak. */
  quiet: { fromMs: number; toMs: number } | null;
  /** Why it could not be played as written; null: it was. */
  missed: string | null;
}

/** What the caller can do with its telephone besides speaking. */
export interface Telephone {
  hangUp(): void;
  /** Digits that travel beside the sound; empty when they only sound. */
  sendDigits(digits: string): void;
}

export interface VirtualCallerParts {
  scenario: Scenario;
  mouth: Mouth;
  /** Every text of the scenario, rendered. */
  lines: ReadonlyMap<string, Utterance>;
  telephone: Telephone;
  /** Told of each line as its voice begins. */
  spoke?: (line: SpokenLine, by: SpokenStep['kind']) => void;
}

type SpokenStep = Step & { kind: 'say' | 'bargeIn' | 'backchannel' };

type Outcome = Pick<PlayedStep, 'missed'> & Partial<Pick<PlayedStep, 'line' | 'quiet'>>;

interface Waiter {
  met: () => boolean;
  untilMs: number;
  resolve: (met: boolean) => void;
}

/** Of quiet after the agent's last words, before the caller hangs up. */
const HANG_UP_QUIET_MS = 600;

/** A pause of the agent's as long as this is its end, and not between two sentences. */
const PROMPT_QUIET_MS = 800;

const TOO_LATE = 'the call ended before it could be said';

/** How long a hung-up line may go on to send. */
const CLOSING_MS = 1_000;

/**
 * A person on the telephone, played from a scenario. It knows only what it hears: when the agent speaks and when it is
 * quiet. Its clock is the line's own frames, so a call takes as long as its sound.
 */
export class VirtualCaller implements Handset {
  readonly played: PlayedStep[] = [];
  readonly activity = new AgentActivity();
  readonly #waiters = new Set<Waiter>();
  #gone: RingoverCallEnd | undefined;
  /** The end of the caller's last words: the agent owes an answer to them. */
  #spokeUntilMs = 0;

  constructor(private readonly parts: VirtualCallerParts) {}

  speak(): Int16Array {
    return this.parts.mouth.frame();
  }

  hear(_index: number, samples: Int16Array): void {
    this.activity.hear(samples);
    for (const waiter of this.#waiters) {
      if (waiter.met()) this.#settle(waiter, true);
      else if (this.#nowMs >= waiter.untilMs) this.#settle(waiter, false);
    }
  }

  ended(end: RingoverCallEnd): void {
    this.#gone = end;
    for (const waiter of this.#waiters) this.#settle(waiter, false);
  }

  /** Plays all steps, then hangs up unless the line is gone. Resolves when the last step is over; never rejects. */
  async play(): Promise<readonly PlayedStep[]> {
    for (const [at, step] of this.parts.scenario.steps.entries()) {
      const fromMs = this.#nowMs;
      const { missed, line = null, quiet = null } = this.#outOfReach(step) ?? (await this.#playStep(step));
      this.played.push({ at, step, fromMs, toMs: this.#nowMs, line, quiet, missed });
    }
    if (!this.#gone) this.parts.telephone.hangUp();
    return this.played;
  }

  get #nowMs(): number {
    return this.activity.nowMs;
  }

  /** Nothing more is said: the line went, or the scenario's time is up. */
  get #isOver(): boolean {
    return this.#gone !== undefined || this.#nowMs >= this.parts.scenario.maxMs;
  }

  /** What was said already is judged later; all else needs a line and time. */
  #outOfReach(step: Step): Outcome | undefined {
    if (step.kind === 'expect') return { missed: null };
    if (this.#gone) return { missed: step.kind === 'hangUp' ? null : `the call had ended before (${this.#gone})` };
    if (this.#nowMs < this.parts.scenario.maxMs) return undefined;
    this.parts.telephone.hangUp();
    return { missed: `the call had lasted its ${this.parts.scenario.maxMs} ms before` };
  }

  #playStep(step: Step): Promise<Outcome> {
    switch (step.kind) {
      case 'say':
        return this.#say(step);
      case 'bargeIn':
        return this.#speakOver(step, step.bargeIn);
      case 'backchannel':
        return this.#speakOver(step, step.backchannel);
      case 'silence':
        return this.#beSilent(step);
      case 'wait':
        return this.#wait(step.wait);
      case 'dtmf':
        return this.#press(step.dtmf);
      case 'hangUp':
        return this.#hangUp(step);
      case 'expect':
        return Promise.resolve({ missed: null });
      default:
        return assertNever(step);
    }
  }

  async #say(step: Step & { kind: 'say' }): Promise<Outcome> {
    const answered = step.after === 'now' || (await this.#answer(step.quietMs, step.withinMs));
    if (this.#isOver) return { missed: TOO_LATE };
    const line = await this.#speakLine(step.say, step);
    return { line, missed: answered ? null : `the agent had not answered within ${step.withinMs} ms` };
  }

  /** The agent has begun to answer the caller's last words within that time, and then been quiet for `quietMs`. */
  async #answer(quietMs: number, withinMs: number): Promise<boolean> {
    const answered = await this.#until(() => this.activity.spokeSince(this.#spokeUntilMs), withinMs);
    return answered && this.#until(() => this.activity.quietMs >= quietMs, Infinity);
  }

  async #speakOver(step: Step & { kind: 'bargeIn' | 'backchannel' }, text: string): Promise<Outcome> {
    const { afterMs, withinMs } = step;
    const inTheMiddle = () =>
      this.activity.speechBeganMs >= this.#spokeUntilMs && this.activity.speakingForMs >= afterMs;
    const speaking = await this.#until(inTheMiddle, withinMs);
    if (this.#isOver) return { missed: TOO_LATE };
    const missed = speaking ? null : `the agent did not speak for ${afterMs} ms on end within ${withinMs} ms`;
    if (missed && step.kind === 'backchannel') return { missed }; // said into silence it would be an answer
    return { line: await this.#speakLine(text, step), missed };
  }

  async #speakLine(text: string, step: SpokenStep): Promise<SpokenLine> {
    const { mouth, lines, spoke } = this.parts;
    const utterance = lines.get(text);
    if (!utterance) throw new Error('a line that was not rendered before the call');
    const line = mouth.say(utterance);
    spoke?.(line, step.kind);
    await this.#until(() => !mouth.speaking, Infinity);
    if (step.kind !== 'backchannel') this.#spokeUntilMs = line.toMs;
    return line;
  }

  async #wait(lengthMs: number): Promise<Outcome> {
    const fromMs = this.#nowMs;
    await this.#until(() => false, lengthMs);
    return { missed: null, quiet: { fromMs, toMs: this.#nowMs } };
  }

  async #beSilent({ silence, prompted }: Step & { kind: 'silence' }): Promise<Outcome> {
    await this.#answer(PROMPT_QUIET_MS, silence);
    const fromMs = this.#nowMs - this.activity.quietMs;
    const wasAsked = () => this.activity.spokeSince(fromMs) && this.activity.quietMs >= PROMPT_QUIET_MS;
    const asked = await this.#until(wasAsked, silence);
    const quiet = { fromMs, toMs: asked ? this.activity.speechBeganMs : this.#nowMs };
    return { quiet, missed: asked || !prompted ? null : `the agent asked nothing in ${silence} ms of silence` };
  }

  async #press(digits: string): Promise<Outcome> {
    this.parts.telephone.sendDigits(digits);
    await this.#until(() => !this.parts.mouth.speaking, Infinity);
    this.#spokeUntilMs = this.#nowMs;
    return { missed: null };
  }

  async #hangUp({ after, withinMs }: Step & { kind: 'hangUp' }): Promise<Outcome> {
    if (after === 'reply') await this.#answer(HANG_UP_QUIET_MS, withinMs);
    if (after === 'goodbye') await this.#until(() => this.#gone !== undefined, withinMs);
    if (!this.#gone) this.parts.telephone.hangUp();
    await this.#until(() => false, CLOSING_MS);
    return { missed: null };
  }

  /** Looked at with each frame. False when the time (or the whole call's) was over, or the line went. */
  #until(met: () => boolean, withinMs: number): Promise<boolean> {
    if (this.#gone) return Promise.resolve(met());
    const untilMs = Math.min(this.#nowMs + withinMs, this.parts.scenario.maxMs);
    return new Promise((resolve) => this.#waiters.add({ met, untilMs, resolve }));
  }

  #settle(waiter: Waiter, met: boolean): void {
    this.#waiters.delete(waiter);
    waiter.resolve(met);
  }
}
