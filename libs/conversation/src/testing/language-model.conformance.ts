import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FakeClock } from '@app/kernel/testing';
import type { LanguageModel, ModelFunctionCall, ModelPart, ModelRequest } from '../ports/language-model.port.js';
import { expectFailure, expectWithinATick, type Fault, FAULTS, type Patience, readAll } from './far-end.js';

/** What the far end does with one request: tokens, then calls, then the end; or, 1 ms after the tokens, a fault. */
export interface ModelPlay {
  text?: readonly string[];
  /** Between two tokens, on the subject's clock. */
  everyMs?: number;
  /** Its bytes come one by one, where there are bytes. */
  bytewise?: boolean;
  calls?: readonly ModelFunctionCall[];
  reason?: 'stop' | 'functions' | 'length' | 'refused';
  then?: Fault;
}

/** A model and its far end, played by a test. */
export interface LanguageModelSubject {
  model: LanguageModel;
  clock: FakeClock;
  patience: Patience;
  /** What becomes of the next request. */
  play(play: ModelPlay): void;
  /** Resolves when the far end has that request, or whatever of it can reach it. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

const BEFORE: readonly Fault[] = [
  'no-listener',
  'half-open',
  'status-401',
  'status-429',
  'status-500',
  'cut',
  'silent',
  'malformed',
  'oversize',
];
const MIDWAY: readonly Fault[] = ['cut', 'silent', 'malformed', 'oversize'];
const CALLS: ModelFunctionCall[] = [
  { id: 'one', name: 'find_slots', argumentsJson: '{"day":"mañana"}' },
  { id: 'two', name: 'look_up', argumentsJson: '{"name":"Zoë"}' },
];

/** What every model does, fake or real. */
export function describeLanguageModel(name: string, open: () => Promise<LanguageModelSubject>): void {
  describe(`${name}, as a language model`, () => {
    let subject: LanguageModelSubject;
    let stop: AbortController;
    beforeEach(async () => {
      subject = await open();
      stop = new AbortController();
    });
    afterEach(() => subject.close());

    const ask = (changes: Partial<ModelRequest> = {}) =>
      subject.model.reply({
        requestId: 'call/1',
        messages: [{ role: 'caller', text: 'Hello?' }],
        functions: [],
        signal: stop.signal,
        ...changes,
      });
    const textOf = (parts: readonly ModelPart[]) =>
      parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

    it('streams text in order, says last why it ended, and leaves no timer', async () => {
      subject.play({ text: ['One ', 'two ', 'three.'] });
      const { seen, error } = await readAll(ask());
      expect(error).toBeUndefined();
      expect(textOf(seen)).toBe('One two three.');
      expect(seen.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' });
      expect(subject.clock.waiting).toBe(0);
    });

    it('tells each token when it comes, not when the answer is whole', async () => {
      subject.play({ text: ['One ', 'two.'], then: 'silent' });
      const reply = ask()[Symbol.asyncIterator]();
      expect(await reply.next()).toEqual({ done: false, value: { type: 'text', text: 'One ' } });
      await reply.return?.();
      expect(subject.clock.waiting).toBe(0);
    });

    it('may answer with nothing', async () => {
      subject.play({});
      expect((await readAll(ask())).seen).toMatchObject([{ type: 'finished', reason: 'stop' }]);
    });

    it('may ask for a function without a word', async () => {
      subject.play({ calls: CALLS.slice(0, 1) });
      expect((await readAll(ask())).seen).toMatchObject([
        { type: 'function-call', call: CALLS[0] },
        { type: 'finished', reason: 'functions' },
      ]);
    });

    it('keeps functions apart that it asks for together, behind its words', async () => {
      subject.play({ text: ['One moment.'], calls: CALLS });
      expect((await readAll(ask())).seen).toMatchObject([
        { type: 'text', text: 'One moment.' },
        { type: 'function-call', call: CALLS[0] },
        { type: 'function-call', call: CALLS[1] },
        { type: 'finished', reason: 'functions' },
      ]);
    });

    it('gives an answer of a shape as text, and offers no functions beside it', async () => {
      const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
      const functions = [{ name: 'look_up', description: 'Looks it up.', parameters: schema }];
      subject.play({ text: ['{"mood":', '"good"}'] });
      const { seen, error } = await readAll(ask({ answerSchema: { name: 'report', schema }, functions }));
      expect([textOf(seen), error]).toEqual(['{"mood":"good"}', undefined]);
      expect(seen.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' });
    });

    it.each(['length', 'refused'] as const)('says that it ended by %s', async (reason) => {
      subject.play({ text: ['I'], reason });
      expect((await readAll(ask())).seen.at(-1)).toMatchObject({ type: 'finished', reason });
    });

    it.each(['length', 'refused'] as const)('tells no function that was cut off by %s', async (reason) => {
      subject.play({ calls: CALLS, reason });
      expect((await readAll(ask())).seen).toMatchObject([{ type: 'finished', reason }]);
    });

    it('answers two at once, each its own', async () => {
      subject.play({ text: ['One.'] });
      subject.play({ text: ['One.'] });
      const [first, second] = await Promise.all([readAll(ask()), readAll(ask({ requestId: 'call/2' }))]);
      expect([textOf(first.seen), textOf(second.seen)]).toEqual(['One.', 'One.']);
      expect(subject.clock.waiting).toBe(0);
    });

    it('may be left in the middle, and answers the next question', async () => {
      subject.play({ text: ['One ', 'two.'], then: 'silent' });
      for await (const part of ask()) if (part.type === 'text') break;
      subject.play({ text: ['Three.'] });
      expect(textOf((await readAll(ask({ requestId: 'call/2' }))).seen)).toBe('Three.');
    });

    it('puts together letters that were cut in two', async () => {
      const text = ['Où ', 'ça ? ', '🎻🎻 ', '日本'];
      subject.play({ text, bytewise: true });
      expect(textOf((await readAll(ask())).seen)).toBe(text.join(''));
    });

    it('is patient with a trickle', async () => {
      const everyMs = subject.patience.idleMs - 1;
      subject.play({ text: ['a', 'b', 'c', 'd'], everyMs });
      const reply = ask()[Symbol.asyncIterator]();
      const heard = [await reply.next()];
      for (let n = 0; n < 3; n += 1) {
        const next = reply.next();
        await subject.clock.advance(everyMs);
        heard.push(await next);
      }
      expect(heard.map(({ value }) => value as ModelPart)).toMatchObject([...'abcd'].map((text) => ({ text })));
      expect(await reply.next()).toMatchObject({ value: { type: 'finished' } });
    });

    it('does not take a slow reader for a slow far end', async () => {
      subject.play({ text: ['One ', 'two.'] });
      const reply = ask()[Symbol.asyncIterator]();
      await reply.next();
      await subject.clock.advance(2 * subject.patience.idleMs);
      expect(await reply.next()).toMatchObject({ value: { text: 'two.' } });
      await subject.clock.advance(2 * subject.patience.idleMs);
      expect(await reply.next()).toMatchObject({ value: { type: 'finished', reason: 'stop' } });
    });

    it('throws the reason within a tick when it is aborted before the first token', async () => {
      subject.play({ then: 'silent' });
      const reading = readAll(ask());
      await subject.asked();
      stop.abort(new Error('barge-in'));
      expect(await expectWithinATick(reading)).toMatchObject({ seen: [], error: { message: 'barge-in' } });
      expect(subject.clock.waiting).toBe(0);
    });

    it('throws the reason within a tick when it is aborted between two tokens, and nothing after it', async () => {
      subject.play({ text: ['One '], then: 'silent' });
      const reply = ask()[Symbol.asyncIterator]();
      await reply.next();
      const next = readAll({ [Symbol.asyncIterator]: () => reply });
      stop.abort(new Error('barge-in'));
      expect(await expectWithinATick(next)).toMatchObject({ seen: [], error: { message: 'barge-in' } });
      expect(await reply.next()).toMatchObject({ done: true });
    });

    it('does not begin when it is aborted already', async () => {
      stop.abort(new Error('too late'));
      expect(await expectWithinATick(readAll(ask()))).toMatchObject({ seen: [], error: { message: 'too late' } });
    });

    it.each(BEFORE)('throws one typed error and nothing after it: %s', async (fault) => {
      subject.play({ then: fault });
      const reply = ask()[Symbol.asyncIterator]();
      const reading = readAll({ [Symbol.asyncIterator]: () => reply });
      await subject.asked();
      if (FAULTS[fault] === 'timed-out') await subject.clock.advance(subject.patience.firstMs);
      const { seen, error } = await reading;
      expectFailure(error, fault, subject.model.name);
      expect([seen, await reply.next()]).toMatchObject([[], { done: true }]);
      expect(subject.clock.waiting).toBe(0);
    });

    it.each(MIDWAY)('throws one typed error after what it said: %s', async (fault) => {
      subject.play({ text: ['One '], then: fault });
      const reply = ask()[Symbol.asyncIterator]();
      expect(await reply.next()).toMatchObject({ value: { text: 'One ' } });
      const reading = readAll({ [Symbol.asyncIterator]: () => reply });
      await subject.clock.advance(FAULTS[fault] === 'timed-out' ? subject.patience.idleMs : 1);
      const { seen, error } = await reading;
      expectFailure(error, fault, subject.model.name);
      expect([seen, await reply.next()]).toMatchObject([[], { done: true }]);
      expect(subject.clock.waiting).toBe(0);
    });
  });
}
