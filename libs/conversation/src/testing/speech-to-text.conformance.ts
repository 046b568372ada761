import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FakeClock } from '@app/kernel/testing';
import type { Heard, HeardWord, SpeechToText, SpeechToTextSession } from '../ports/speech-to-text.port.js';
import { expectFailure, expectWithinATick, type Fault, FAULTS, type Patience, readAll } from './far-end.js';

/** The far end of the newest session. */
export interface SpeechToTextFarEnd {
  change(text: string): void;
  settle(text: string, how: { confidence: number; words: readonly HeardWord[] }): void;
  endSpeech(): void;
  /** The next session cannot be opened. */
  refuse(fault: Fault): void;
  /** The session that is open goes wrong now. */
  fail(fault: Fault): void;
  /** Resolves when a session that meets `half-open` has reached it. */
  reached(): Promise<void>;
  /** Resolves when so many samples came, over all. */
  hears(samples: number): Promise<void>;
  /** Resolves when it was asked to finish so often. */
  finishes(times: number): Promise<void>;
}

/** A recogniser and its far end, played by a test. */
export interface SpeechToTextSubject {
  recogniser: SpeechToText;
  clock: FakeClock;
  patience: Pick<Patience, 'connectMs'>;
  far: SpeechToTextFarEnd;
  close(): Promise<void>;
}

const OPENING: readonly Fault[] = ['no-listener', 'half-open', 'status-401', 'status-429', 'status-500'];
const MIDWAY: readonly Fault[] = ['cut', 'malformed', 'oversize'];
const WORDS: HeardWord[] = [
  { text: 'Où', startMs: 120, endMs: 300 },
  { text: 'ça ?', startMs: 320, endMs: 610 },
];

/** What every recogniser does, fake or real. */
export function describeSpeechToText(name: string, open: () => Promise<SpeechToTextSubject>): void {
  describe(`${name}, as a recogniser`, () => {
    let subject: SpeechToTextSubject;
    let ending: AbortController;
    beforeEach(async () => {
      subject = await open();
      ending = new AbortController();
    });
    afterEach(async () => {
      ending.abort();
      await subject.close();
    });

    const listen = () =>
      subject.recogniser.open({ callId: 'call', language: 'fr-FR', rateHz: 8_000, signal: ending.signal });
    const knowsTimes = () => subject.recogniser.capabilities.wordTimes;
    const next = async (session: SpeechToTextSession, count: number) => {
      const seen: Heard[] = [];
      for await (const item of session.heard) if (seen.push(item) === count) break;
      return seen;
    };

    it('takes sound in any portions, as it comes', async () => {
      const session = await listen();
      for (const length of [160, 1, 159, 2_000, 80]) session.push(new Int16Array(length));
      session.finish();
      await expect(subject.far.hears(2_400)).resolves.toBeUndefined();
    });

    it('tells guesses and settled words in order, with their times where it knows them', async () => {
      const session = await listen();
      subject.far.change('ou');
      subject.far.change('Où ça');
      subject.far.settle('Où ça ?', { confidence: 0.75, words: WORDS });
      subject.far.change('🎻');
      const seen = await next(session, 4);
      expect(seen.map((item) => ('words' in item && !knowsTimes() ? { ...item, words: WORDS } : item))).toEqual([
        { type: 'words-changed', text: 'ou' },
        { type: 'words-changed', text: 'Où ça' },
        { type: 'words-settled', text: 'Où ça ?', confidence: 0.75, words: WORDS },
        { type: 'words-changed', text: '🎻' },
      ]);
    });

    it('tells that speech ended only where it can, and after the words', async () => {
      const session = await listen();
      subject.far.settle('Yes.', { confidence: 1, words: [] });
      if (subject.recogniser.capabilities.endpoints) subject.far.endSpeech();
      subject.far.change('and');
      const ends = subject.recogniser.capabilities.endpoints ? ['speech-ended'] : [];
      const seen = await next(session, 2 + ends.length);
      expect(seen.map(({ type }) => type)).toEqual(['words-settled', ...ends, 'words-changed']);
    });

    it('asks for the words in flight as often as it is told to', async () => {
      const session = await listen();
      session.finish();
      session.finish();
      await expect(subject.far.finishes(2)).resolves.toBeUndefined();
    });

    it('ends within a tick of abort, without an error, and says nothing after it', async () => {
      const session = await listen();
      const reading = readAll(session.heard);
      ending.abort();
      subject.far.change('too late');
      expect(await expectWithinATick(reading)).toEqual({ seen: [], error: undefined });
      expect(subject.clock.waiting).toBe(0);
    });

    it('drops sound that comes after the end', async () => {
      const session = await listen();
      ending.abort();
      expect(() => [session.push(new Int16Array(160)), session.finish()]).not.toThrow();
    });

    it('does not open when it is aborted already', async () => {
      ending.abort(new Error('too late'));
      await expect(listen()).rejects.toThrow('too late');
    });

    it('gives up opening within a tick of abort', async () => {
      subject.far.refuse('half-open');
      const opening = listen().catch((error: unknown) => error);
      await subject.far.reached();
      ending.abort(new Error('hung up'));
      expect(await expectWithinATick(opening)).toBeInstanceOf(Error);
      expect(subject.clock.waiting).toBe(0);
    });

    it.each(OPENING)('says by a typed error why it could not open: %s', async (fault) => {
      subject.far.refuse(fault);
      const opening = listen().catch((error: unknown) => error);
      await subject.far.reached();
      if (FAULTS[fault] === 'timed-out') await subject.clock.advance(subject.patience.connectMs);
      expectFailure(await opening, fault, subject.recogniser.name);
      expect(subject.clock.waiting).toBe(0);
    });

    it.each(MIDWAY)('throws one typed error when the session is lost, and nothing after it: %s', async (fault) => {
      const session = await listen();
      subject.far.change('bon');
      subject.far.fail(fault);
      subject.far.change('too late');
      const heard = session.heard[Symbol.asyncIterator]();
      const { seen, error } = await readAll({ [Symbol.asyncIterator]: () => heard });
      expectFailure(error, fault, subject.recogniser.name);
      expect(seen).toEqual([{ type: 'words-changed', text: 'bon' }]);
      expect(await heard.next()).toMatchObject({ done: true });
      session.push(new Int16Array(8_000));
      expect(subject.clock.waiting).toBe(0);
    });
  });
}
