import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import type { ApiSegment } from './api-call.js';
import { LiveTranscript } from './live-transcript.js';

const segment = (speaker: 'caller' | 'agent', heard: string): ApiSegment => ({
  ...{ speaker, said: heard, heard, startMs: 0, endMs: 0, interrupted: false, kind: null, turn: 0 },
});

/** A centre whose transcript a test writes. */
function transcriptOf(segments: ApiSegment[], clock = new FakeClock()) {
  const record = { id: 'a', state: 'live', endReason: null, latencies: [], events: [] };
  const centre = { call: () => Promise.resolve({ ...record, transcript: [...segments] }) };
  return { clock, live: new LiveTranscript(centre, clock, Promise.resolve('a')) };
}

describe('the transcript of a call that goes on', () => {
  it('tells each of the agent’s utterances once', async () => {
    const segments = [segment('agent', 'Hello.')];
    const { live } = transcriptOf(segments);
    await expect(live.newWords()).resolves.toBe('Hello.');
    segments.push(segment('caller', 'Hi.'), segment('agent', 'Good.'), segment('agent', 'Bye.'));
    await expect(live.newWords()).resolves.toBe('Good. Bye.');
  });

  it('tells the rest of an utterance that was written in parts', async () => {
    const segments = [segment('agent', 'Thank you.')];
    const { live } = transcriptOf(segments);
    await expect(live.newWords()).resolves.toBe('Thank you.');
    segments[0] = segment('agent', 'Thank you. It is booked.');
    await expect(live.newWords()).resolves.toBe('It is booked.');
  });

  it('waits a little for words that are not written yet, and no longer', async () => {
    const segments: ApiSegment[] = [];
    const { live, clock } = transcriptOf(segments);
    const words = live.newWords();
    await clock.advance(1_000);
    segments.push(segment('agent', 'Hello.'));
    await clock.advance(1_000);
    await expect(words).resolves.toBe('Hello.');
    const none = live.newWords();
    await clock.advance(2_000);
    await expect(none).resolves.toBeUndefined();
  });
});
