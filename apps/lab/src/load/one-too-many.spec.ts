import { describe, expect, it } from '@jest/globals';
import { type OneTooMany, oneTooManyReasons } from './one-too-many.js';

const BUSY = 'All lines are busy.';
const got = (changes: Partial<OneTooMany> = {}): OneTooMany => ({
  ...{ lines: 20, linesInUse: 20, configured: { message: BUSY, transferTo: null } },
  ...{ heardMs: 2_400, transferredTo: null, end: 'agent-closed', endReason: 'no-line', said: [BUSY] },
  ...changes,
});
const SENT_ON = { configured: { message: BUSY, transferTo: '+441632960002' } };

describe('a caller who rings when every line is taken', () => {
  it('got what is configured: the message, and the end or the transfer', () => {
    expect(oneTooManyReasons(got())).toEqual([]);
    expect(oneTooManyReasons(got({ ...SENT_ON, end: 'transferred', transferredTo: '441632960002' }))).toEqual([]);
  });

  it('says nothing when there was a line', () => {
    expect(oneTooManyReasons(got({ linesInUse: 19 }))).toEqual([
      'one call too many rang when 19 of 20 lines were taken',
    ]);
  });

  it.each<[string, Partial<OneTooMany>, string]>([
    ['was served', { said: ['Hello, this is Ada.', 'Goodbye.'] }, 'heard ["Hello, this is Ada.","Goodbye."]'],
    ['heard nothing', { heardMs: 0 }, '0 ms of sound'],
    ['was not sent on', SENT_ON, 'ended as agent-closed'],
    ['was sent on', { end: 'transferred', transferredTo: '441632960002' }, 'ended as transferred'],
    ['was left on the line', { end: 'caller-hung-up' }, 'ended as caller-hung-up'],
    ['is recorded as served', { endReason: 'caller-hung-up' }, 'recorded as caller-hung-up'],
    ['could not get any', { configured: null }, 'no answer for a caller without a line'],
  ])('is a reason when they: %s', (_what, changes, reason) => {
    expect(oneTooManyReasons(got(changes)).join()).toContain(reason);
  });
});
