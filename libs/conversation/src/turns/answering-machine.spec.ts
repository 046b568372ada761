import { describe, expect, it } from '@jest/globals';
import type { Effect } from '../log/effect.js';
import type { Input, TimerName } from '../log/input.js';
import { replay } from '../log/replay.js';
import type { CallSettings, OnMachine } from '../ports/index.js';
import { EXAMPLE_GREETINGS, type ExampleGreeting } from '../testing/example-greetings.js';
import { someSettings } from '../testing/index.js';
import { SteppedCall } from '../testing/stepped-call.js';

const MESSAGE = 'Your parcel comes tomorrow. Goodbye.';
const LEAVES: OnMachine = { then: 'leave-message', text: MESSAGE };
/** Until the recogniser has settled what was said. */
const SETTLES_AFTER_MS = 250;
const SEED = 20261121;

/** Numbers from 0 to 1, the same ones for a seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A call that we placed, in virtual time: what is heard of whoever answers, and the machine's timers. */
class AnsweredCall {
  readonly call: SteppedCall;
  readonly #timers = new Map<TimerName, number>();
  readonly #heard: { atMs: number; input: Input }[] = [];
  readonly #audible = new Set<number>();

  constructor(onMachine: OnMachine, language: 'en' | 'fr' = 'en') {
    const settings = someSettings();
    const agent = { ...settings.agent, language, listensTo: language };
    const all: CallSettings = { ...settings, agent, onMachine };
    this.call = new SteppedCall({ settings: all, direction: 'outbound' });
    this.#took(this.call.log.at(-1)?.effects ?? []);
    this.#heard.push({ atMs: 0, input: { type: 'line-up' } });
  }

  /** @returns when the last of it was heard */
  greet({ sentences, tone }: ExampleGreeting, random: () => number): number {
    let atMs = 200 + 600 * random();
    for (const [n, text] of sentences.entries()) {
      const words = text.split(' ');
      const lengthMs = words.length * (270 + 90 * random());
      this.at(atMs + 100, { type: 'voice-started', onsetMs: atMs });
      for (let word = 2; word < words.length; word += 3)
        this.at(atMs + (lengthMs * word) / words.length + 200, { type: 'words-changed', text: words.slice(0, word).join(' ') }); // prettier-ignore
      atMs += lengthMs;
      this.at(atMs + 160, { type: 'voice-stopped', endMs: atMs });
      this.at(atMs + SETTLES_AFTER_MS, { type: 'words-settled', text, confidence: 0.9 });
      if (n < sentences.length - 1) atMs += 300 + 400 * random();
    }
    if (!tone) return atMs;
    atMs += 400 + 900 * random() + 400; // its own length included
    this.at(atMs, { type: 'tone-heard', endMs: atMs });
    return atMs;
  }

  at(atMs: number, input: Input): void {
    this.#heard.push({ atMs: Math.round(atMs), input });
    this.#heard.sort((a, b) => a.atMs - b.atMs);
  }

  /** Lives until then. */
  live(untilMs: number): this {
    for (;;) {
      const [timer, dueMs] = [...this.#timers].sort(([, a], [, b]) => a - b)[0] ?? ['pause', Infinity];
      const next = this.#heard[0];
      if (Math.min(dueMs, next?.atMs ?? Infinity) > untilMs) return this;
      if (next && next.atMs <= dueMs) {
        this.#heard.shift();
        this.#give(next.input, next.atMs);
      } else {
        this.#timers.delete(timer);
        this.#give({ type: 'timer-due', timer }, dueMs);
      }
    }
  }

  get judged() {
    return this.call.told('answer.judged');
  }

  /** When the message began, each time. */
  get messagesMs(): number[] {
    return this.call.log.filter(({ effects }) => effects.some(isMessage)).map(({ atMs }) => atMs);
  }

  #give(input: Input, atMs: number): void {
    this.#took(this.call.give(input, Math.max(0, atMs - this.call.atMs)));
  }

  #took(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'set-timer') this.#timers.set(effect.timer, effect.dueMs);
      if (effect.type === 'hang-up') this.at(this.call.atMs + 200, { type: 'line-closed', end: 'closed' });
      if (effect.type === 'cancel-timer') this.#timers.delete(effect.timer);
      if (effect.type === 'release') {
        this.#audible.add(effect.epoch);
        this.at(this.call.atMs + 60, { type: 'reply-audible', epoch: effect.epoch });
        this.at(this.call.atMs + 3_000, { type: 'reply-finished', epoch: effect.epoch, basis: 'clock' });
      }
      const heard = { wholePieces: 0, partText: '', basis: 'clock' } as const;
      if (effect.type === 'stop-reply' && this.#audible.delete(effect.epoch))
        this.at(this.call.atMs, { type: 'reply-stopped', epoch: effect.epoch, heard });
    }
  }
}

const isMessage = (effect: Effect): boolean => effect.type === 'speak' && MESSAGE.startsWith(effect.text);
const answer = (greeting: ExampleGreeting, onMachine: OnMachine, seed = SEED) => {
  const call = new AnsweredCall(onMachine, greeting.language);
  const overMs = call.greet(greeting, seeded(seed));
  return { call, overMs };
};

describe('who answers', () => {
  it('is told for at least 36 of 40 greetings, by their words and their rhythm, in English and French', () => {
    const told = EXAMPLE_GREETINGS.map((greeting, n) => {
      const { call, overMs } = answer(greeting, { then: 'carry-on' }, SEED + n);
      return { greeting, by: call.live(overMs + 4_000).judged.at(-1)?.by };
    });
    const wrong = told.filter(({ greeting, by }) => by !== greeting.by);

    expect(told).toHaveLength(40);
    expect(wrong.map(({ greeting, by }) => `${greeting.sentences.join(' ')} (${by})`).slice(4)).toEqual([]);
    expect(wrong.filter(({ greeting }) => greeting.by === 'person')).toEqual([]); // nobody is hung up on
  });

  it('hears the greeting of the agent at once, whoever it is', () => {
    const { call } = answer({ by: 'person', language: 'en', sentences: ['Hello?'], tone: false }, LEAVES);
    call.live(0);

    expect(call.call.done('speak').map(({ text }) => text)).toEqual(['Hello, this is Ada, an AI.']);
    expect(call.call.done('release')).toHaveLength(1);
  });

  it('and is a person, is known about a second after they fell silent, and speaks with the agent as anybody', () => {
    const { call, overMs } = answer({ by: 'person', language: 'en', sentences: ['Hello?'], tone: false }, LEAVES);
    call.live(overMs + 6_000);

    expect(call.judged).toEqual([expect.objectContaining({ by: 'person', why: 'rhythm' })]);
    expect(call.judged[0]?.afterMs).toBeLessThanOrEqual(overMs + 1_200);
    expect(call.messagesMs).toEqual([]);
    expect(call.call.done('hang-up')).toEqual([]);
  });

  it('and says nothing, is not known, and not hung up on', () => {
    const call = new AnsweredCall({ then: 'hang-up' });
    call.live(13_000);

    expect(call.judged).toMatchObject([{ by: 'unknown', why: 'silence' }]);
    expect(call.call.done('hang-up')).toEqual([]);
  });

  it('is not asked when somebody calls us', () => {
    const call = new SteppedCall({ settings: { ...someSettings(), onMachine: LEAVES } });
    call.give({ type: 'line-up' });

    expect(call.done('listen-for-tone')).toEqual([]);
  });
});

const VOICEMAIL: ExampleGreeting = {
  ...{ by: 'machine', language: 'en', tone: true },
  sentences: ["Hi, you've reached Sarah.", "I can't come to the phone.", 'Please leave a message after the tone.'],
};

describe('an answering machine', () => {
  it.each(EXAMPLE_GREETINGS.filter(({ by, tone }) => by === 'machine' && tone))(
    'gets its message after the tone: $sentences',
    (greeting) => {
      const { call, overMs } = answer(greeting, LEAVES);
      call.live(overMs + 10_000);

      expect(call.messagesMs.at(-1)).toBeCloseTo(overMs, -1);
      expect(call.call.done('hang-up')).toHaveLength(1);
    },
  );

  it('that gives no tone gets it after some seconds of silence', () => {
    const { call, overMs } = answer({ ...VOICEMAIL, tone: false }, LEAVES);
    call.live(overMs + 10_000);

    expect(call.messagesMs).toEqual([expect.closeTo(overMs + 3_500, -2)]);
  });

  it('whose tone comes after the message was begun gets it from the beginning', () => {
    const { call, overMs } = answer({ ...VOICEMAIL, tone: false }, LEAVES);
    call.at(overMs + 4_500, { type: 'tone-heard', endMs: overMs + 4_500 });
    call.live(overMs + 12_000);

    expect(call.messagesMs).toEqual([expect.closeTo(overMs + 3_500, -2), expect.closeTo(overMs + 4_500, -1)]);
    expect(call.call.done('hang-up')).toHaveLength(1);
  });

  it('is talked to by nobody while it speaks, and its message is not talked down', () => {
    const { call, overMs } = answer(VOICEMAIL, LEAVES);
    call.at(overMs + 500, { type: 'voice-started', onsetMs: overMs + 400 });
    call.at(overMs + 1_500, { type: 'words-settled', text: 'I am sorry', confidence: 1 });
    call.live(overMs + 2_500);
    const judgedAt = call.call.log.findIndex(({ effects }) => effects.some((effect) => effect.type === 'tell' && effect.event.type === 'answer.judged' && effect.event.by === 'machine')); // prettier-ignore
    const after = call.call.log.slice(judgedAt).flatMap(({ effects }) => effects);

    expect(after.filter(({ type }) => type === 'think' || type === 'hold-reply')).toEqual([]);
    expect(call.messagesMs).toHaveLength(1);
  });

  it('is hung up on at once where it gets nothing, and ends as voicemail', () => {
    const { call, overMs } = answer(VOICEMAIL, { then: 'hang-up' });
    call.live(overMs);

    expect(call.call.told('call.ended')).toMatchObject([{ reason: 'voicemail' }]);
  });

  it('that never comes to an end is left', () => {
    const call = new AnsweredCall(LEAVES);
    call.at(500, { type: 'voice-started', onsetMs: 400 });
    call.at(3_000, { type: 'words-changed', text: 'please leave a message after the tone' });
    call.live(61_000);

    expect(call.messagesMs).toEqual([]);
    expect(call.call.told('obligation.missed')).toContainEqual(expect.objectContaining({ step: 'end-greeting' }));
    expect(call.call.done('hang-up').length).toBeGreaterThan(0);
  });

  it('is no reason for anything but a word in the record where the call is to be carried on', () => {
    const { call, overMs } = answer(VOICEMAIL, { then: 'carry-on' });
    call.live(overMs + 1_000);

    expect(call.judged.at(-1)).toMatchObject({ by: 'machine' });
    expect(call.call.done('hang-up')).toEqual([]);
  });

  it('is told the same way when the log is lived again', () => {
    const { call, overMs } = answer(VOICEMAIL, LEAVES);
    call.live(overMs + 10_000);

    expect(replay(call.call.log).divergence).toBeNull();
  });
});
