import { describe, expect, it } from '@jest/globals';
import type { CallUsage, ModelUsage, ProviderUsage } from '../ports/index.js';
import { SteppedCall } from '../testing/stepped-call.js';
import { usagesOf } from './usage-book.js';

const TOKENS: ModelUsage = { inputTokens: 100, cachedInputTokens: 0, outputTokens: 20 };

/** A call whose providers are counted. */
class CountedCall extends SteppedCall {
  answer(usage: Partial<ProviderUsage & { stage: 'model' }> = {}, epoch = this.epoch): void {
    this.give({ type: 'provider-used', usage: { stage: 'model', provider: 'a/model', tokens: TOKENS, ...usage }, epoch }); // prettier-ignore
  }
  spoke(characters: number, piece: number, epoch = this.epoch): void {
    const usage = { stage: 'voice', provider: 'a/voice', characters, soundMs: characters * 60 } as const;
    this.give({ type: 'provider-used', usage, epoch, piece });
  }
  heard(soundMs: number): void {
    this.give({ type: 'provider-used', usage: { stage: 'recogniser', provider: 'a/ear', soundMs } });
  }
  get used(): string[] {
    return (usagesOf(this.log) ?? []).map(line);
  }
}

const line = ({ turn, usage, waste }: CallUsage): string =>
  `${turn} ${usage.stage} ${usage.stage === 'voice' ? usage.characters : usage.stage === 'recogniser' ? usage.soundMs : (usage.tokens?.inputTokens ?? 'unknown')}${waste ? ` ${waste}` : ''}`;

const begun = (): CountedCall => {
  const call = new CountedCall();
  call.give({ type: 'line-up' });
  call.hearOut();
  return call;
};

describe('what a call used', () => {
  it('is told for each turn: what was heard, thought and said', () => {
    const call = begun();
    call.say('When do you open?');
    call.heard(2_400);
    call.endTurn();
    call.answer();
    call.think('At nine.');
    call.spoke(8, 0);
    call.hearOut();
    expect(call.used).toEqual(['1 recogniser 2400', '1 model 100', '1 voice 8']);
  });

  it('counts an answer that was begun before its turn went on as speculation, with what the voice made of it', () => {
    const call = begun();
    call.say('When do you open?'); // begins a guess
    const guess = call.epoch;
    call.give({ type: 'sentence-ready', epoch: guess, text: 'At nine.' });
    call.spoke(8, 0);
    call.give({ type: 'words-changed', text: 'and when do you close' });
    call.give({ type: 'turn-resumed' });
    call.answer({ estimated: true }, guess);
    expect(call.used).toEqual(['1 voice 8 speculation', '1 model 100 speculation']);
  });

  it('counts a guess that was right as any answer', () => {
    const call = begun();
    call.say('When do you open?');
    call.endTurn();
    call.answer();
    call.think('At nine.');
    call.hearOut();
    expect(call.used).toEqual(['1 model 100']);
  });

  it('parts what was heard of a reply from what was not', () => {
    const call = begun();
    call.say('When do you open?');
    call.endTurn();
    call.answer();
    call.think('At nine.', 'Every day but Sunday.', 'And late on Friday.');
    [8, 21, 19].forEach((characters, piece) => call.spoke(characters, piece));
    call.sound();
    const { epoch } = call;
    call.give({ type: 'command-given', command: { type: 'hang-up' }, author: 'desk' });
    call.give({ type: 'reply-stopped', epoch, heard: { wholePieces: 1, partText: 'Every day', basis: 'clock' } });
    expect(call.used).toEqual(['1 model 100', '1 voice 8', '1 voice 9', '1 voice 12 unheard', '1 voice 19 unheard']);
  });

  it('counts a piece that was said again for the same place, and one that was put before another', () => {
    const call = begun();
    call.say('When do you open?');
    call.endTurn();
    call.think('At nine.');
    const usage = { stage: 'voice', provider: 'a/voice', characters: 8, soundMs: 90, lost: 'broken' } as const;
    call.give({ type: 'provider-used', usage, epoch: call.epoch, piece: 0 });
    call.give({ type: 'provider-failed', stage: 'voice', provider: 'a/voice', code: 'x', retryable: true, epoch: call.epoch, piece: 0 }); // prettier-ignore
    call.spoke(8, 0);
    call.hearOut();
    expect(call.used).toEqual(['1 voice 8 broken', '1 voice 8']);
  });

  it('counts an answer that nobody heard as unheard, unless it did something', () => {
    const call = begun();
    call.say('When do you open?');
    call.endTurn();
    call.answer();
    call.give({ type: 'line-closed', end: 'closed' });
    expect(call.used).toEqual(['1 model 100 unheard']);
  });

  it('keeps what was asked beside another provider apart, and what nobody measured', () => {
    const call = begun();
    call.say('When do you open?');
    call.endTurn();
    call.answer({ lost: 'second', provider: 'b/model' });
    call.answer({ tokens: null, lost: 'broken' });
    call.answer();
    call.think('At nine.');
    call.hearOut();
    expect(call.used).toEqual(['1 model 100 second', '1 model unknown broken', '1 model 100']);
  });

  it('counts what comes after the end for the last turn', () => {
    const call = begun();
    call.say('When do you open?');
    call.endTurn();
    call.think('At nine.');
    call.hearOut();
    call.give({ type: 'line-closed', end: 'closed' });
    call.heard(900);
    expect(call.used).toEqual(['1 recogniser 900']);
  });

  it('is told as soon as it is known of replies long over, and once', () => {
    const call = begun();
    for (let turn = 1; turn <= 12; turn += 1) {
      call.say(`Question number ${turn}, please.`);
      call.endTurn();
      call.answer();
      call.think(`Answer ${turn}.`);
      call.hearOut();
    }
    expect(call.used).toEqual(Array.from({ length: 12 }, (_, n) => `${n + 1} model 100`));
  });

  it('is not known where nobody counted, and nothing for a call that was turned away', () => {
    const turnedAway = { reason: 'no-line', message: null, transferTo: null } as const;
    expect(usagesOf(SteppedCall.greeted().log)).toBeUndefined();
    expect(usagesOf(new SteppedCall({ turnedAway }).log)).toEqual([]);
  });
});
