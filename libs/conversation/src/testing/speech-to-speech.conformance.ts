import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SampleRateHz } from '@app/audio';
import type { FakeClock } from '@app/kernel/testing';
import type { ModelFunctionCall } from '../ports/language-model.port.js';
import type {
  SpeechRequest,
  SpeechToSpeech,
  SpeechToSpeechSession,
  SpokenPart,
} from '../ports/speech-to-speech.port.js';
import { expectFailure, expectWithinATick, type Fault, FAULTS, type Patience, readAll } from './far-end.js';

/** What the far end does with the next reply, or (a fault of the dialling kind) with the next session. */
export interface SpeechPlay {
  /** Said word by word, each with its sound. */
  text?: string;
  everyMs?: number;
  calls?: readonly ModelFunctionCall[];
  reason?: 'stop' | 'length' | 'refused';
  then?: Fault;
}

/** A model that speaks, and its far end, played by a test. */
export interface SpeechToSpeechSubject {
  speech: SpeechToSpeech;
  clock: FakeClock;
  patience: Patience;
  play(play: SpeechPlay): void;
  /** Resolves when the far end has what was asked for last, or whatever of it can reach it. */
  asked(): Promise<void>;
  /** How many samples a word sounds. */
  wordSamples(rateHz: SampleRateHz): number;
  close(): Promise<void>;
}

const DIALLED: readonly Fault[] = ['no-listener', 'half-open', 'status-401', 'status-429', 'status-500'];
const BROKEN: readonly Fault[] = ['cut', 'silent', 'malformed', 'oversize'];
const CALL: ModelFunctionCall = { id: 'one', name: 'find_slots', argumentsJson: '{"day":"mañana"}' };
const TEXT = 'Bonjour, Zoë ! 🎻 joue ça.';

const textOf = (parts: readonly SpokenPart[]) => parts.map((part) => (part.type === 'words' ? part.text : '')).join('');
const soundOf = (parts: readonly SpokenPart[]) =>
  parts.reduce((sum, part) => sum + (part.type === 'sound' ? part.samples.length : 0), 0);

/** What every model that speaks does, fake or real. */
export function describeSpeechToSpeech(name: string, open: () => Promise<SpeechToSpeechSubject>): void {
  describe(`${name}, as a model that speaks`, () => {
    let subject: SpeechToSpeechSubject;
    let ending: AbortController;
    let stop: AbortController;
    beforeEach(async () => {
      subject = await open();
      [ending, stop] = [new AbortController(), new AbortController()];
    });
    afterEach(async () => {
      ending.abort();
      await subject.close();
    });

    const start = (rateHz: SampleRateHz = 8_000): Promise<SpeechToSpeechSession> =>
      subject.speech.open({ callId: 'call', voiceId: 'voice', language: 'fr-FR', rateHz, signal: ending.signal });
    const ask = (session: SpeechToSpeechSession, changes: Partial<SpeechRequest> = {}) =>
      session.reply({ requestId: 'call/1', instructions: 'Be brief.', functions: [], signal: stop.signal, ...changes })
        .parts;

    it.each([8_000, 16_000, 24_000] as const)('speaks a reply whole, words and sound, at %d Hz', async (rateHz) => {
      subject.play({ text: TEXT });
      const { seen, error } = await readAll(ask(await start(rateHz)));
      expect(error).toBeUndefined();
      expect(textOf(seen)).toBe(TEXT);
      const expected = TEXT.split(' ').length * subject.wordSamples(rateHz);
      expect(Math.abs(soundOf(seen) - expected)).toBeLessThanOrEqual(expected / 20);
      expect(seen.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' });
      expect(subject.clock.waiting).toBe(0);
    });

    it('may answer with a function alone, or with nothing', async () => {
      subject.play({ calls: [CALL] });
      subject.play({});
      const session = await start();
      expect((await readAll(ask(session))).seen).toMatchObject([
        { type: 'function-call', call: CALL },
        { type: 'finished', reason: 'functions' },
      ]);
      expect((await readAll(ask(session))).seen).toMatchObject([{ type: 'finished', reason: 'stop' }]);
    });

    it.each(['length', 'refused'] as const)('says that it ended by %s', async (reason) => {
      subject.play({ text: 'I', reason });
      expect((await readAll(ask(await start()))).seen.at(-1)).toMatchObject({ type: 'finished', reason });
    });

    it('reads a text aloud, also while a reply is read, and mixes none', async () => {
      subject.play({ text: 'One two three.' });
      const session = await start();
      const [reply, read] = await Promise.all([
        readAll(ask(session)),
        readAll(session.read('Four five.', { signal: stop.signal })),
      ]);
      expect(textOf(reply.seen)).toBe('One two three.');
      expect(soundOf(reply.seen)).toBe(3 * subject.wordSamples(8_000));
      expect(read.seen.reduce((sum, { length }) => sum + length, 0)).toBe(2 * subject.wordSamples(8_000));
    });

    it('answers one after another, and each its own', async () => {
      subject.play({ text: 'One.' });
      subject.play({ text: 'Two.' });
      const session = await start();
      const replies = await Promise.all([readAll(ask(session)), readAll(ask(session))]);
      expect(replies.map(({ seen }) => textOf(seen))).toEqual(['One.', 'Two.']);
    });

    it('throws the reason within a tick when a reply is aborted, and the next one is whole', async () => {
      subject.play({ text: 'One two three four.', everyMs: 100 });
      subject.play({ text: 'Five.' });
      const session = await start();
      const first = ask(session)[Symbol.asyncIterator]();
      await first.next();
      await first.next();
      const rest = readAll({ [Symbol.asyncIterator]: () => first });
      stop.abort(new Error('barge-in'));
      expect(await expectWithinATick(rest)).toMatchObject({ seen: [], error: { message: 'barge-in' } });
      stop = new AbortController();
      const second = readAll(ask(session));
      await subject.clock.advance(100);
      expect(textOf((await second).seen)).toBe('Five.');
    });

    it('ends everything within a tick when the session ends', async () => {
      subject.play({ text: 'One two.', everyMs: 100 });
      const session = await start();
      const first = ask(session)[Symbol.asyncIterator]();
      await first.next();
      const rest = readAll({ [Symbol.asyncIterator]: () => first });
      ending.abort(new Error('hung up'));
      expect((await expectWithinATick(rest)).error).toMatchObject({ message: 'hung up' });
      expect((await readAll(ask(session))).error).toMatchObject({ message: 'hung up' });
      expect((await readAll(session.read('More.', { signal: stop.signal }))).error).toMatchObject({
        message: 'hung up',
      });
      session.push(new Int16Array(160));
      session.takeTurn();
      session.forget();
      await subject.clock.advance(100); // what the far end itself waits for
      expect(subject.clock.waiting).toBe(0);
    });

    it('is patient with a trickle', async () => {
      const everyMs = subject.patience.idleMs - 1;
      subject.play({ text: 'One two three.', everyMs });
      const reader = ask(await start())[Symbol.asyncIterator]();
      const seen = [await reader.next()];
      for (let next = reader.next(); !seen.at(-1)?.done; next = reader.next()) {
        await subject.clock.advance(everyMs);
        seen.push(await next);
      }
      const parts = seen.flatMap(({ done, value }) => (done ? [] : [value as SpokenPart]));
      expect(textOf(parts)).toBe('One two three.');
    });

    it('does not open when it is aborted already', async () => {
      ending.abort(new Error('too late'));
      await expect(start()).rejects.toThrow('too late');
    });

    it('gives up opening within a tick of abort', async () => {
      subject.play({ then: 'half-open' });
      const opening = start().catch((error: unknown) => error);
      await subject.asked();
      ending.abort(new Error('hung up'));
      expect(await expectWithinATick(opening)).toBeInstanceOf(Error);
      expect(subject.clock.waiting).toBe(0);
    });

    it.each(DIALLED)('does not open, with one typed error: %s', async (fault) => {
      subject.play({ then: fault });
      const opening = start().then(
        () => undefined,
        (error: unknown) => error,
      );
      await subject.asked();
      if (FAULTS[fault] === 'timed-out') await subject.clock.advance(subject.patience.connectMs);
      expectFailure(await opening, fault, subject.speech.name);
      expect(subject.clock.waiting).toBe(0);
    });

    it.each(BROKEN)('throws one typed error after what was said, and nothing after it: %s', async (fault) => {
      subject.play({ text: 'One.', then: fault });
      const session = await start();
      const reader = ask(session)[Symbol.asyncIterator]();
      expect((await reader.next()).done).toBe(false);
      expect((await reader.next()).done).toBe(false);
      const reading = readAll({ [Symbol.asyncIterator]: () => reader });
      if (FAULTS[fault] === 'timed-out') await subject.clock.advance(subject.patience.idleMs);
      expectFailure((await reading).error, fault, subject.speech.name);
      expect(await reader.next()).toMatchObject({ done: true });
      const after = session.over ? (await readAll(ask(session))).error : undefined;
      expect([session.over, after instanceof Error]).toEqual([fault !== 'silent', fault !== 'silent']);
    });
  });
}
