import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { durationMs, type SampleRateHz } from '@app/audio';
import type { FakeClock } from '@app/kernel/testing';
import type { Spoken, TextToSpeech, TextToSpeechSession } from '../ports/text-to-speech.port.js';
import { expectFailure, expectWithinATick, type Fault, FAULTS, type Patience, readAll } from './far-end.js';

/** What the far end does with one piece, or with the connection that it comes on. */
export interface VoicePlay {
  /** Portions of sound that come before the fault. */
  portions?: number;
  then: Fault;
}

/** A voice and its far end, played by a test. */
export interface TextToSpeechSubject {
  voice: TextToSpeech;
  clock: FakeClock;
  patience: Patience;
  /** It is sent sound and nothing else: that there is too much is seen only when much of it was told. */
  isRawSound?: boolean;
  /** What becomes of the next piece; without it, it is spoken whole. Said before the session opens. */
  play(play: VoicePlay): void;
  /** Resolves when the far end has the next piece, or whatever of it can reach it. */
  asked(): Promise<void>;
  /** The sound that the far end makes of a text; in several portions when it has several words. */
  soundOf(text: string, rateHz: SampleRateHz): Int16Array;
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
const TEXT = 'Bonjour, Zoë ! 🎻 joue ça.';

const soundIn = (spoken: readonly Spoken[]) => spoken.flatMap(({ samples }) => [...samples]);
const wordsIn = (spoken: readonly Spoken[]) => spoken.flatMap(({ words }) => words);

/**
 * What every voice does, fake or real.
 *
 * @param open with `everyMs`, that much passes between two portions of sound, on the subject's clock
 */
export function describeTextToSpeech(name: string, open: (everyMs: number) => Promise<TextToSpeechSubject>): void {
  describe(`${name}, as a voice`, () => {
    let subject: TextToSpeechSubject;
    let ending: AbortController;
    let stop: AbortController;
    beforeEach(async () => {
      subject = await open(0);
      [ending, stop] = [new AbortController(), new AbortController()];
    });
    afterEach(async () => {
      ending.abort();
      await subject.close();
    });

    const start = (rateHz: SampleRateHz = 8_000): TextToSpeechSession =>
      subject.voice.open({ callId: 'call', voiceId: 'voice', language: 'fr-FR', rateHz, signal: ending.signal });
    const say = (session: TextToSpeechSession, text = TEXT) => session.speak(text, { signal: stop.signal });
    /** Nothing comes between what was heard and the error, and nothing after it. */
    const expectOver = async (reader: AsyncIterator<Spoken>, seen: readonly Spoken[], fault: Fault) => {
      if (fault !== 'oversize' || !subject.isRawSound) expect(seen).toEqual([]);
      expect(await reader.next()).toMatchObject({ done: true });
    };
    const paced = async (everyMs: number) => {
      await subject.close();
      subject = await open(everyMs);
    };
    const expectSound = (spoken: readonly Spoken[], text: string, rateHz: SampleRateHz = 8_000) =>
      expect(soundIn(spoken)).toEqual([...subject.soundOf(text, rateHz)]);

    it.each([8_000, 16_000, 24_000] as const)('speaks a piece whole and in order at %d Hz', async (rateHz) => {
      const { seen, error } = await readAll(say(start(rateHz)));
      expect(error).toBeUndefined();
      expectSound(seen, TEXT, rateHz);
      expect(subject.clock.waiting).toBe(0);
    });

    it('places each word once, in the sound, where it places words', async () => {
      const { seen } = await readAll(say(start()));
      const words = wordsIn(seen);
      const edges = words.flatMap(({ startMs, endMs }) => [startMs, endMs]);
      const lengthMs = durationMs(soundIn(seen).length, 8_000);
      const said = subject.voice.capabilities.wordTimes ? TEXT : '';
      expect(words.map(({ text }) => text).join(' ')).toBe(said);
      expect(edges).toEqual([...edges].sort((left, right) => left - right));
      expect([Math.min(0, ...edges), Math.max(0, ...edges) <= Math.ceil(lengthMs)]).toEqual([0, true]);
    });

    it('says nothing of a text without words', async () => {
      expect(await readAll(say(start(), ' '))).toEqual({ seen: [], error: undefined });
    });

    it('speaks several pieces at once and one after another, and mixes none', async () => {
      const session = start();
      const texts = ['Un deux trois.', 'Quatre.', 'Cinq six.', 'Sept.', 'Huit.', 'Neuf dix.', 'Onze.'];
      const spoken = await Promise.all(texts.map((text) => readAll(say(session, text))));
      spoken.forEach(({ seen }, n) => expectSound(seen, texts[n] ?? ''));
      expectSound((await readAll(say(session, 'Douze.'))).seen, 'Douze.');
    });

    it('throws the reason within a tick when a piece is aborted, and what it still made is not heard', async () => {
      await paced(100);
      const session = start();
      const first = say(session, 'Un deux trois quatre.')[Symbol.asyncIterator]();
      await first.next();
      const rest = readAll({ [Symbol.asyncIterator]: () => first });
      stop.abort(new Error('barge-in'));
      expect(await expectWithinATick(rest)).toMatchObject({ seen: [], error: { message: 'barge-in' } });
      stop = new AbortController();
      const second = say(session, 'Cinq.')[Symbol.asyncIterator]();
      const heard = [await second.next()];
      for (let next = second.next(); !heard.at(-1)?.done; next = second.next()) {
        await subject.clock.advance(100);
        heard.push(await next);
      }
      expectSound(
        heard.flatMap(({ done, value }) => (done ? [] : [value as Spoken])),
        'Cinq.',
      );
    });

    it('ends all pieces within a tick when the session ends', async () => {
      await paced(100);
      const session = start();
      const first = say(session, 'Un deux.')[Symbol.asyncIterator]();
      const begun = first.next();
      const second = readAll(say(session, 'Trois quatre.')); // it may still wait for its turn
      await begun;
      const rest = readAll({ [Symbol.asyncIterator]: () => first });
      ending.abort(new Error('hung up'));
      const hungUp = { seen: [], error: { message: 'hung up' } };
      const { error } = hungUp;
      expect(await expectWithinATick(Promise.all([rest, second]))).toMatchObject([hungUp, { error }]);
      expect(await readAll(say(session))).toMatchObject(hungUp);
    });

    it('throws the reason within a tick when it is aborted before its first sound', async () => {
      subject.play({ then: 'silent' });
      const reading = readAll(say(start()));
      await subject.asked();
      stop.abort(new Error('barge-in'));
      expect(await expectWithinATick(reading)).toMatchObject({ seen: [], error: { message: 'barge-in' } });
    });

    it('is patient with a trickle', async () => {
      await paced(subject.patience.idleMs - 1);
      const reader = say(start())[Symbol.asyncIterator]();
      const heard = [await reader.next()];
      for (let next = reader.next(); !heard.at(-1)?.done; next = reader.next()) {
        await subject.clock.advance(subject.patience.idleMs - 1);
        heard.push(await next);
      }
      expectSound(
        heard.flatMap(({ done, value }) => (done ? [] : [value as Spoken])),
        TEXT,
      );
    });

    it('does not take a slow reader for a slow far end', async () => {
      const spoken: Spoken[] = [];
      for await (const portion of say(start())) {
        spoken.push(portion);
        await subject.clock.advance(2 * subject.patience.idleMs);
      }
      expectSound(spoken, TEXT);
    });

    it.each(BEFORE)('throws one typed error and nothing after it: %s', async (fault) => {
      subject.play({ then: fault });
      const reader = say(start())[Symbol.asyncIterator]();
      const reading = readAll({ [Symbol.asyncIterator]: () => reader });
      await subject.asked();
      if (FAULTS[fault] === 'timed-out') await subject.clock.advance(subject.patience.firstMs);
      const { seen, error } = await reading;
      expectFailure(error, fault, subject.voice.name);
      await expectOver(reader, seen, fault);
      expect(subject.clock.waiting).toBe(0);
    });

    it.each(MIDWAY)('throws one typed error after what it said, and speaks the next piece: %s', async (fault) => {
      subject.play({ portions: 1, then: fault });
      const session = start();
      const reader = say(session)[Symbol.asyncIterator]();
      expect((await reader.next()).done).toBe(false);
      await subject.clock.advance(1); // it goes wrong when what it said was heard
      const reading = readAll({ [Symbol.asyncIterator]: () => reader });
      if (FAULTS[fault] === 'timed-out') await subject.clock.advance(subject.patience.idleMs);
      const { seen, error } = await reading;
      expectFailure(error, fault, subject.voice.name);
      await expectOver(reader, seen, fault);
      expectSound((await readAll(say(session, 'Encore.'))).seen, 'Encore.');
    });
  });
}
