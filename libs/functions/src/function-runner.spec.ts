import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type FunctionResult, StoreError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import { FUNCTION_NAMES, functionRunnerOf } from './function-runner.js';
import { USUAL_OFFICE_HOURS } from './office-hours.js';
import type { AppointmentRequest, FunctionLedger } from './ports/index.js';
import { MemoryCalendar, MemoryFunctionLedger } from './testing/index.js';

/** Saturday morning; the next working day is Monday, 23 November. */
const NOW_MS = Date.parse('2026-11-21T10:00:00Z');
const TUESDAY_AT_TEN = '{"startsAt":"2026-11-24T10:00:00+00:00","name":"Ida Okoro"}';
const KEY = `book-appointment:${TUESDAY_AT_TEN}`;

class OneDayClock extends FakeClock {
  override date = () => new Date(NOW_MS + this.nowMs());
}

/** How a store answers: at once, after a while, or not at all. */
type Mood = { answers: 'at-once' } | { answers: 'late'; afterMs: number } | { answers: 'gone' } | { answers: 'broken' };

async function inMood<T>(mood: Mood, clock: FakeClock, answer: () => Promise<T>): Promise<T> {
  if (mood.answers === 'gone') throw new StoreError('calendar', 'unavailable', { detail: 'hunter' });
  if (mood.answers === 'broken') throw new TypeError('hunter is not a function');
  if (mood.answers === 'late') await clock.sleep(mood.afterMs);
  return answer();
}

class MoodyCalendar extends MemoryCalendar {
  mood: Mood = { answers: 'at-once' };

  constructor(private readonly clock: FakeClock) {
    super();
  }

  override takenStarts(calendar: string, from: string, to: string) {
    return inMood(this.mood, this.clock, () => super.takenStarts(calendar, from, to));
  }

  override book(request: AppointmentRequest) {
    return inMood(this.mood, this.clock, () => super.book(request));
  }
}

class MoodyLedger extends MemoryFunctionLedger {
  begins: Mood = { answers: 'at-once' };
  ends: Mood = { answers: 'at-once' };

  constructor(private readonly clock: FakeClock) {
    super();
  }

  override begin(entry: Parameters<FunctionLedger['begin']>[0]) {
    return inMood(this.begins, this.clock, () => super.begin(entry));
  }

  override end(entry: Parameters<FunctionLedger['end']>[0]) {
    return inMood(this.ends, this.clock, () => super.end(entry));
  }
}

let clock: OneDayClock;
let calendar: MoodyCalendar;
let ledger: MoodyLedger;
let reported: unknown[];
beforeEach(() => {
  clock = new OneDayClock();
  calendar = new MoodyCalendar(clock);
  ledger = new MoodyLedger(clock);
  reported = [];
});

const runner = (names: readonly string[] = FUNCTION_NAMES) =>
  functionRunnerOf(
    {
      calendar,
      ledger,
      clock,
      officeHours: USUAL_OFFICE_HOURS,
      transferDestinations: [{ name: 'front desk', e164: '+441632960001' }],
      report: (error) => reported.push(error),
    },
    names,
  );

const never = new AbortController().signal;
const run = (name: string, argumentsJson: string, { from = runner(), callId = 'c1', signal = never } = {}) =>
  from.run({ callId, key: `${name}:${argumentsJson}`, name, argumentsJson, signal });
const book = (argumentsJson = TUESDAY_AT_TEN, from = runner()) => run('book-appointment', argumentsJson, { from });

/** What it gives, once the clock has moved as far as it takes. */
async function after(ms: number, running: Promise<FunctionResult>): Promise<FunctionResult> {
  await clock.advance(ms);
  return running;
}

async function slots(argumentsJson: string): Promise<string[]> {
  const result = await run('find-free-slots', argumentsJson);
  if (!result.ok) throw new Error(result.detail);
  return (JSON.parse(result.resultJson) as { slots: { startsAt: string }[] }).slots.map(({ startsAt }) => startsAt);
}

describe('what a model is told of the functions', () => {
  it('is what they do to the world, and a JSON schema of what they take', () => {
    const told = Object.fromEntries(runner().definitions.map((definition) => [definition.name, definition]));
    expect(Object.values(told).map(({ name, effect }) => [name, effect])).toEqual([
      ['find-free-slots', 'reads'],
      ['book-appointment', 'changes'],
      ['end-call', 'ends-call'],
      ['transfer-call', 'transfers-call'],
    ]);
    expect(told['book-appointment']?.parameters).toMatchObject({
      type: 'object',
      required: ['startsAt', 'name'],
      additionalProperties: false,
    });
    expect(told['transfer-call']?.parameters).toMatchObject({ properties: { to: { enum: ['+441632960001'] } } });
    expect(told['transfer-call']?.description).toContain('front desk: +441632960001');
  });

  it('is only what the agent was given and what there is', () => {
    const parts = { calendar, ledger, clock, officeHours: USUAL_OFFICE_HOURS, report: () => undefined };
    const names = ['end-call', 'transfer-call', 'constructor', 'fly'];
    const from = functionRunnerOf({ ...parts, transferDestinations: [] }, names);
    expect(from.definitions.map(({ name }) => name)).toEqual(['end-call']);
  });
});

describe('finding a slot', () => {
  it('gives every free start of the day asked for, as people say it too', async () => {
    await book();
    const free = await slots('{"date":"2026-11-24"}');
    expect(free).toHaveLength(15);
    expect(clock.waiting).toBe(0);
    expect(free[0]).toBe('2026-11-24T09:00:00+00:00');
    expect(free).not.toContain('2026-11-24T10:00:00+00:00');
    const result = await run('find-free-slots', '{"date":"2026-11-24"}');
    expect(JSON.parse(result.ok ? result.resultJson : '')).toMatchObject({
      timezone: 'Europe/London',
      slots: expect.arrayContaining([
        { startsAt: '2026-11-24T09:00:00+00:00', spoken: 'Tuesday 24 November at 09:00' },
      ]),
    });
  });

  it('goes on to the next day that has any: over a weekend, from the past, from today', async () => {
    for (const argumentsJson of ['{}', '', '{"date":"2026-11-22"}', '{"date":"2020-01-01"}']) {
      expect((await slots(argumentsJson))[0]).toBe('2026-11-23T09:00:00+00:00');
    }
  });

  it('keeps to the part of the day that was asked for', async () => {
    expect(await slots('{"date":"2026-11-24","partOfDay":"morning"}')).toHaveLength(6);
    expect((await slots('{"date":"2026-11-24","partOfDay":"afternoon"}'))[0]).toBe('2026-11-24T12:00:00+00:00');
  });

  it('does not give the last start of all when it is taken', async () => {
    await book('{"startsAt":"2027-02-19T16:30","name":"Ida"}');
    const free = await slots('{"date":"2027-02-19"}');
    expect(free.at(-1)).toBe('2027-02-19T16:00:00+00:00');
  });

  it('says so when the day is further off than can be booked', async () => {
    expect(await run('find-free-slots', '{"date":"2027-11-24"}')).toMatchObject({ failure: 'refused' });
  });

  it.each([
    ['{"date":"tomorrow"}', 'date'],
    ['{"day":"2026-11-24"}', 'day'],
    ['{"date":', 'JSON'],
    ['[]', 'object'],
  ])('cannot be asked with %s, and says what is wrong', async (argumentsJson, named) => {
    const result = await run('find-free-slots', argumentsJson);
    expect(result).toMatchObject({ ok: false, failure: 'invalid-arguments', detail: expect.stringContaining(named) });
  });

  it('fails as a result when the calendar is gone, broken or slow, and only a bug is reported', async () => {
    calendar.mood = { answers: 'gone' };
    expect(await run('find-free-slots', '{}')).toMatchObject({ failure: 'unavailable' });
    expect(reported).toEqual([]);
    calendar.mood = { answers: 'broken' };
    const broken = await run('find-free-slots', '{}');
    expect(broken).toMatchObject({ failure: 'unavailable', detail: expect.not.stringContaining('hunter') });
    expect(reported).toEqual([expect.any(TypeError)]);
    calendar.mood = { answers: 'late', afterMs: 60_000 };
    expect(await after(3_000, run('find-free-slots', '{}'))).toMatchObject({ failure: 'timed-out' });
  });

  it('can be stopped, and leaves nothing waiting', async () => {
    calendar.mood = { answers: 'late', afterMs: 100 };
    const stop = new AbortController();
    const running = run('find-free-slots', '{}', { signal: stop.signal });
    await clock.advance(50);
    stop.abort();
    expect(await running).toMatchObject({ failure: 'unavailable', detail: 'stopped' });
    await clock.advance(100);
    expect(clock.waiting).toBe(0);
  });
});

describe('booking', () => {
  it('makes the appointment in its calendar, and tells when it is', async () => {
    const result = await book('{"startsAt":"2026-11-24T10:00","name":" Ida Okoro ","phone":"+44 1632 960001"}');
    expect(JSON.parse(result.ok ? result.resultJson : '')).toEqual({
      status: 'booked',
      startsAt: '2026-11-24T10:00:00+00:00',
      spoken: 'Tuesday 24 November at 10:00',
      reference: 'appointment-1',
    });
    expect(calendar.appointments).toMatchObject([
      { calendar: 'main', startsAt: '2026-11-24T10:00:00.000Z', lengthMinutes: 30, name: 'Ida Okoro', subject: '' },
    ]);
  });

  it('refuses what the office does not offer, and what is taken', async () => {
    for (const startsAt of [
      '2026-11-24T10:10:00+00:00',
      '2026-11-22T10:00:00Z',
      '2026-11-20T10:00:00Z',
      '2026-11-24T20:00',
    ]) {
      expect(await book(JSON.stringify({ startsAt, name: 'Ida' }))).toMatchObject({ failure: 'refused' });
    }
    await book();
    const other = await book('{"startsAt":"2026-11-24T10:00:00Z","name":"Someone Else"}');
    expect(other).toMatchObject({ failure: 'refused', detail: expect.stringContaining('taken') });
    expect(calendar.appointments).toHaveLength(1);
  });

  it('with arguments that cannot be worked with reaches neither ledger nor calendar', async () => {
    const begun = jest.spyOn(ledger, 'begin');
    for (const argumentsJson of ['{"startsAt":"ten"}', '{"startsAt":"2026-11-24T10:00:00Z","name":""}', '{}']) {
      expect(await book(argumentsJson)).toMatchObject({ failure: 'invalid-arguments' });
    }
    expect(begun).not.toHaveBeenCalled();
  });

  it('happens once, however often it is asked for in a call: later, at the same time, by another process', async () => {
    const from = runner();
    const [first, second] = await Promise.all([book(TUESDAY_AT_TEN, from), book(TUESDAY_AT_TEN, from)]);
    const third = await book(TUESDAY_AT_TEN, runner());
    expect(first.ok).toBe(true);
    expect([second, third]).toEqual([first, first]);
    expect(calendar.appointments).toHaveLength(1);
  });

  it('in another call is another act', async () => {
    await book();
    expect(await run('book-appointment', TUESDAY_AT_TEN, { callId: 'c2' })).toMatchObject({ failure: 'refused' });
  });

  it('that a crash broke off is uncertain ever after, and is not done again', async () => {
    const lost = { callId: 'c1', key: KEY, name: 'book-appointment', argumentsJson: TUESDAY_AT_TEN };
    await ledger.begin(lost); // and then its process died
    expect(await book()).toMatchObject({ failure: 'uncertain' });
    expect(await book()).toMatchObject({ failure: 'uncertain' });
    expect(calendar.appointments).toEqual([]);
  });

  it('that ended in an error is uncertain, now and later', async () => {
    calendar.mood = { answers: 'gone' };
    expect(await book()).toMatchObject({ failure: 'uncertain' });
    calendar.mood = { answers: 'at-once' };
    expect(await book()).toMatchObject({ failure: 'uncertain' });
    expect(calendar.appointments).toEqual([]);
  });

  it('is not begun without a ledger', async () => {
    ledger.begins = { answers: 'gone' };
    expect(await book()).toMatchObject({ failure: 'unavailable', detail: expect.stringContaining('nothing was done') });
    expect(calendar.appointments).toEqual([]);
  });

  it('that was done counts as done, also when the ledger did not take it', async () => {
    ledger.ends = { answers: 'gone' };
    expect(await book()).toMatchObject({ ok: true });
    expect(reported).toEqual([expect.any(StoreError)]);
    ledger.ends = { answers: 'at-once' };
    expect(await book()).toMatchObject({ failure: 'uncertain' });
    expect(calendar.appointments).toHaveLength(1);
  });

  it('that takes too long is told as such, goes on to its end, and is then known', async () => {
    calendar.mood = { answers: 'late', afterMs: 7_000 };
    expect(await after(5_000, book())).toMatchObject({ failure: 'timed-out' });
    await clock.advance(2_000);
    expect(calendar.appointments).toHaveLength(1);
    expect(await book()).toMatchObject({ ok: true });
  });

  it('asked for again while it goes on waits for it', async () => {
    calendar.mood = { answers: 'late', afterMs: 7_000 };
    const from = runner();
    expect(await after(5_000, book(TUESDAY_AT_TEN, from))).toMatchObject({ failure: 'timed-out' });
    expect(await after(2_000, book(TUESDAY_AT_TEN, from))).toMatchObject({ ok: true });
    expect(calendar.appointments).toHaveLength(1);
  });

  it('is not done behind the back of a caller who was told that it took too long', async () => {
    ledger.begins = { answers: 'late', afterMs: 6_000 };
    expect(await after(5_000, book())).toMatchObject({ failure: 'timed-out' });
    await clock.advance(5_000);
    expect(calendar.appointments).toEqual([]);
    ledger.begins = { answers: 'at-once' };
    expect(await book()).toMatchObject({ failure: 'timed-out', detail: expect.stringContaining('not done') });
  });

  it('is not stopped by whoever asked for it', async () => {
    const stop = new AbortController();
    calendar.mood = { answers: 'late', afterMs: 100 };
    const running = run('book-appointment', TUESDAY_AT_TEN, { signal: stop.signal });
    await clock.advance(50);
    stop.abort();
    expect(await after(50, running)).toMatchObject({ ok: true });
  });
});

describe('what is not a function here', () => {
  it('is not found', async () => {
    expect(await run('fly', '{}')).toMatchObject({ failure: 'not-found' });
  });

  it('is left to the conversation', async () => {
    expect(await run('end-call', '{}')).toMatchObject({ failure: 'refused' });
  });
});
