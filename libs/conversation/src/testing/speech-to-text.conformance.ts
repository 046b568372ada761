import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FakeClock } from '@app/kernel/testing';
import type {
  Heard,
  HeardWord,
  SpeechToText,
  SpeechToTextCapabilities,
  SpeechToTextSession,
} from '../ports/speech-to-text.port.js';
import { expectFailure, expectWithinATick, type Fault, FAULTS, type Patience, readAll } from './far-end.js';

/** The far end of the newest session. */
export interface SpeechToTextFarEnd {
  change(text: string): void;
  settle(text: string, how: { confidence: number; words: readonly HeardWord[] }): void;
  endSpeech(): void;
  /** Where the recogniser guesses turns: these words may be all, or go on after all. */
  guessTurn?(text: string): void;
  resumeTurn?(text: string): void;
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
  patience: Pick<Patience, 'connectMs'> & {
    /** A far end that gives no sign of life for so long, also none that it was asked for, is lost; undefined: it is not looked. */
    silentMs?: number;
  };
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
    const can = () => subject.recogniser.capabilities;
    const next = async (session: SpeechToTextSession, count: number, passOver?: Heard['type']) => {
      const seen: Heard[] = [];
      for await (const item of session.heard) if (item.type !== passOver && seen.push(item) === count) break;
      return seen;
    };
    /** For who hears whole utterances only, one of half a second. */
    const utter = (session: SpeechToTextSession) => {
      if (!can().wholeUtterances) return;
      session.push(new Int16Array(4_000));
      session.finish();
    };
    const asToldBy =
      ({ wordTimes, confidences }: SpeechToTextCapabilities) =>
      (item: Heard) =>
        item.type !== 'words-settled'
          ? item
          : { ...item, ...(!wordTimes && { words: WORDS }), ...(confidences === false && { confidence: 0.75 }) };
    /** What opening ends with; where that reaches nobody, the first utterance. */
    const firstContact = async () => {
      const session = await listen();
      utter(session);
      return can().wholeUtterances ? (await readAll(session.heard)).error : undefined;
    };

    it('takes sound in any portions, as it comes', async () => {
      const session = await listen();
      for (const length of [160, 1, 159, 2_000, 80]) session.push(new Int16Array(length));
      session.finish();
      await expect(subject.far.hears(2_400)).resolves.toBeUndefined();
    });

    it('tells guesses and settled words in order, with their times where it knows them', async () => {
      const session = await listen();
      subject.far.change('Où');
      subject.far.change('Où ça');
      subject.far.settle('Où ça ?', { confidence: 0.75, words: WORDS });
      subject.far.change('🎻');
      utter(session);
      const told: Heard[] = [
        { type: 'words-changed', text: 'Où' },
        { type: 'words-changed', text: 'Où ça' },
        { type: 'words-settled', text: 'Où ça ?', confidence: 0.75, words: WORDS },
        { type: 'words-changed', text: '🎻' },
      ];
      const expected = told.filter(({ type }) => type === 'words-settled' || !can().wholeUtterances);
      const seen = await next(session, expected.length, 'speech-ended');
      expect(seen.map(asToldBy(can()))).toEqual(expected);
    });

    it('tells that speech ended only where it can, and after the words', async () => {
      const session = await listen();
      subject.far.settle('Yes.', { confidence: 1, words: [] });
      if (can().endpoints) subject.far.endSpeech();
      subject.far.change('and');
      utter(session);
      const after = [...(can().endpoints ? ['speech-ended'] : []), ...(can().wholeUtterances ? [] : ['words-changed'])];
      const seen = await next(session, 1 + after.length);
      expect(seen.map(({ type }) => type)).toEqual(['words-settled', ...after]);
    });

    it('tells that a turn may be over, and that it goes on after all, only where it can', async () => {
      const { far } = subject;
      expect(Boolean(far.guessTurn)).toBe(can().guessesTurns ?? false);
      if (!far.guessTurn || !far.resumeTurn) return;
      const session = await listen();
      far.guessTurn('Oui');
      far.resumeTurn('Oui');
      far.guessTurn('Oui, demain');
      expect(await next(session, 5)).toEqual([
        { type: 'words-changed', text: 'Oui' },
        { type: 'turn-guessed' },
        { type: 'turn-resumed' },
        { type: 'words-changed', text: 'Oui, demain' },
        { type: 'turn-guessed' },
      ]);
    });

    it('asks for the words in flight as often as it is told to', async () => {
      const session = await listen();
      for (let times = 0; times < 2; times += 1) {
        session.push(new Int16Array(4_000));
        session.finish();
      }
      const reached = can().settlesWhenAsked === false ? subject.far.hears(8_000) : subject.far.finishes(2);
      await expect(reached).resolves.toBeUndefined();
    });

    it('ends within a tick of abort, without an error, and says nothing after it', async () => {
      const session = await listen();
      utter(session);
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
      const opening = firstContact().catch((error: unknown) => error);
      await subject.far.reached();
      ending.abort(new Error('hung up'));
      const outcome = await expectWithinATick(opening);
      expect(outcome instanceof Error).toBe(!can().wholeUtterances); // an utterance ends without one
      expect(subject.clock.waiting).toBe(0);
    });

    it.each(OPENING)('says by a typed error why it could not open: %s', async (fault) => {
      subject.far.refuse(fault);
      const opening = firstContact().catch((error: unknown) => error);
      await subject.far.reached();
      if (FAULTS[fault] === 'timed-out') await subject.clock.advance(subject.patience.connectMs);
      expectFailure(await opening, fault, subject.recogniser.name);
      expect(subject.clock.waiting).toBe(0);
    });

    it('is patient with a trickle of words', async () => {
      const { clock, patience, far } = subject;
      if (can().wholeUtterances) return;
      const session = await listen();
      for (const text of ['Où', 'Où ça', 'Où ça ?']) {
        far.change(text);
        expect(await next(session, 1)).toEqual([{ type: 'words-changed', text }]);
        await clock.advance((patience.silentMs ?? patience.connectMs) / 2 - 1);
      }
    });

    it('throws one typed error when the far end falls silent for good, where it looks', async () => {
      const { clock, patience, far, recogniser } = subject;
      if (patience.silentMs === undefined) return;
      const session = await listen();
      session.push(new Int16Array(4_000));
      far.fail('silent');
      session.finish();
      if (can().wholeUtterances) await far.reached();
      const reading = readAll(session.heard);
      await clock.advance(patience.silentMs);
      const { seen, error } = await reading;
      expectFailure(error, 'silent', recogniser.name);
      expect(seen).toEqual([]);
      session.push(new Int16Array(8_000));
      expect(clock.waiting).toBe(0);
    });

    it.each(MIDWAY)('throws one typed error when the session is lost, and nothing after it: %s', async (fault) => {
      const session = await listen();
      subject.far.change('bon');
      utter(session);
      subject.far.fail(fault);
      subject.far.change('too late');
      const heard = session.heard[Symbol.asyncIterator]();
      const { seen, error } = await readAll({ [Symbol.asyncIterator]: () => heard });
      expectFailure(error, fault, subject.recogniser.name);
      expect(seen).toEqual(can().wholeUtterances ? [] : [{ type: 'words-changed', text: 'bon' }]);
      expect(await heard.next()).toMatchObject({ done: true });
      session.push(new Int16Array(8_000));
      expect(subject.clock.waiting).toBe(0);
    });
  });
}
