import { describe, expect, it } from '@jest/globals';
import { SteppedCall } from '../testing/stepped-call.js';
import { BrokenLog, type LogEntry, readLog, writeEntry } from './entry.js';
import { recordOf } from './record.js';
import { replay, UnknownSetting, withSetting } from './replay.js';

/** A caller who asks, interrupts the answer and is answered. */
function call(): SteppedCall {
  const lived = SteppedCall.greeted();
  lived.say('Where is my order?');
  lived.give({ type: 'model-answered', epoch: lived.epoch }, 10);
  lived.give({ type: 'sentence-ready', epoch: lived.epoch, text: 'Which order?' }, 10);
  lived.give({ type: 'piece-sounded', epoch: lived.epoch, piece: 0 }, 10);
  lived.endTurn();
  lived.give({ type: 'reply-thought', epoch: lived.epoch, reason: 'stop' });
  lived.sound();
  const { epoch } = lived;
  lived.say('The red one, please.');
  lived.give({ type: 'reply-stopped', epoch, heard: { wholePieces: 0, partText: 'Which', basis: 'clock' } }, 100);
  lived.endTurn();
  lived.think('It is on its way.');
  lived.hearOut();
  lived.give({ type: 'line-closed', end: 'closed' }, 100);
  return lived;
}
const lines = (entries: readonly LogEntry[]) => entries.map(writeEntry);

describe('a log', () => {
  const written = lines(call().log);

  it('is read as it was written, and what was written twice once', () => {
    expect(readLog([...written.slice(0, 5), ...written.slice(3), ''])).toEqual(call().log);
  });

  it('is read on from where it was read to', () => {
    const known = readLog(written.slice(0, 5));
    expect(readLog(written.slice(4), known)).toEqual(call().log);
    expect(() => readLog(written.slice(6), known)).toThrow('entry 5 is missing');
    expect(known).toHaveLength(5);
  });

  it.each([
    ['has a gap', [...written.slice(0, 3), ...written.slice(4)], 'line 4: entry 3 is missing'],
    ['has no beginning', written.slice(1), 'line 1: entry 0 is missing'],
    ['is of another format', written.map((line) => line.replace('"format":1', '"format":2')), 'line 1: format 2'],
    ['is cut in a line', [...written.slice(0, 2), written[2]?.slice(0, 20) ?? ''], 'line 3 is not JSON'],
  ])('that %s is refused', (_name, broken, message) => {
    expect(() => readLog(broken)).toThrow(BrokenLog);
    expect(() => readLog(broken)).toThrow(message);
  });
});

describe('a replay', () => {
  it('finds any effect that is other than it was', () => {
    const { log } = call();
    expect(replay(log)).toMatchObject({ divergence: null });
    log.forEach((entry, n) => {
      if (entry.effects.length === 0) return;
      const other = entry.effects.map((effect) => ({ ...effect, epoch: 99 })) as LogEntry['effects'];
      expect(replay(log.with(n, { ...entry, effects: other })).divergence).toMatchObject({ seq: n });
    });
  });

  it('refuses a setting that does not exist, and a value of another kind', () => {
    const { log } = call();
    for (const [path, value] of [
      ['turns.none', '1'],
      ['turns', '1'],
      ['turns.pauseMs', 'long'],
      ['turns.pauseMs', ''],
      ['turns.speculates', '1'],
    ] as const)
      // prettier-ignore
      expect(() => withSetting(log, path, value)).toThrow(UnknownSetting);
    expect(withSetting(log, 'turns.speculates', 'false')[0]?.input).toMatchObject({ settings: { turns: { speculates: false } } }); // prettier-ignore
  });
});

describe('the record of a call', () => {
  it('is in the order in which it was spoken', () => {
    const { segments } = recordOf(call().log);
    expect(segments.map(({ heard, startMs }) => [startMs, heard])).toEqual([
      [100, 'Hello, this is Ada, an AI.'],
      [1_100, 'Where is my order?'],
      [3_280, 'Which—'],
      [3_280, 'The red one, please.'],
      [5_530, 'It is on its way.'],
    ]);
    expect(segments.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
  });

  it('holds the way of each turn, by its own reply', () => {
    const { latencies } = recordOf(call().log);
    expect(latencies).toMatchObject([
      { turn: 1, askedMs: 1_800, firstTokenMs: 1_860, firstSentenceMs: 1_870, firstAudioMs: 1_880, audibleMs: 3_280 },
      { turn: 2, firstTokenMs: null, audibleMs: 5_530 },
    ]);
  });

  it('of a log that breaks off holds a sentence once, however often it was made', () => {
    const lived = SteppedCall.greeted();
    lived.say('Where is my order?');
    lived.give({ type: 'sentence-ready', epoch: lived.epoch, text: 'Here it is.' });
    lived.endTurn();
    lived.give({ type: 'provider-failed', stage: 'voice', provider: 'a/b', code: 'x', retryable: true, epoch: lived.epoch, piece: 0 }); // prettier-ignore
    lived.sound();
    expect(recordOf(lived.log).segments.at(-1)).toMatchObject({ said: 'Here it is.', heard: '' });
  });
});
