import { describe, expect, it } from '@jest/globals';
import type { AppointmentRequest, Calendar } from '../ports/index.js';

const NINE = '2030-01-07T09:00:00.000Z';
const TEN = '2030-01-07T10:00:00.000Z';
const ELEVEN = '2030-01-07T11:00:00.000Z';

const request = (changes: Partial<AppointmentRequest> = {}): AppointmentRequest => ({
  calendar: 'main',
  startsAt: NINE,
  lengthMinutes: 30,
  name: 'Ada Lovelace',
  phone: '+33600000001',
  subject: 'check-up',
  madeBy: 'call/1',
  ...changes,
});

/** What every calendar must do. `open` gives an empty one. */
export function calendarConformance(open: () => Promise<Calendar>): void {
  describe('a calendar', () => {
    it('has no taken starts before anything was booked', async () => {
      expect(await (await open()).takenStarts('main', NINE, ELEVEN)).toEqual([]);
    });

    it('books a free start, and then tells it as taken', async () => {
      const calendar = await open();

      const outcome = await calendar.book(request());

      expect(outcome).toEqual({ booked: true, appointmentId: expect.any(String), startsAt: NINE });
      expect(await calendar.takenStarts('main', NINE, ELEVEN)).toEqual([NINE]);
    });

    it('tells starts from the first moment, up to and without the last, in order', async () => {
      const calendar = await open();
      for (const [startsAt, madeBy] of [
        [ELEVEN, 'c'],
        [TEN, 'b'],
        [NINE, 'a'],
      ] as const)
        await calendar.book(request({ startsAt, madeBy }));

      expect(await calendar.takenStarts('main', NINE, ELEVEN)).toEqual([NINE, TEN]);
    });

    it('refuses a start that is taken', async () => {
      const calendar = await open();
      await calendar.book(request());

      expect(await calendar.book(request({ madeBy: 'call/2' }))).toEqual({ booked: false, because: 'taken' });
    });

    it('gives one start to one of many who ask at once', async () => {
      const calendar = await open();

      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, asker) => calendar.book(request({ madeBy: `call/${asker}` }))),
      );

      expect(outcomes.filter(({ booked }) => booked)).toHaveLength(1);
    });

    it('answers the same act again with what it made the first time', async () => {
      const calendar = await open();
      const first = await calendar.book(request());

      expect(await calendar.book(request())).toEqual(first);
      expect(await calendar.book(request({ startsAt: TEN }))).toEqual(first);
      expect(await calendar.takenStarts('main', NINE, ELEVEN)).toEqual([NINE]);
    });

    it('knows a start by its instant, however it is written', async () => {
      const calendar = await open();
      await calendar.book(request({ startsAt: '2030-01-07T10:00:00+01:00' }));

      expect(await calendar.book(request({ madeBy: 'call/2' }))).toEqual({ booked: false, because: 'taken' });
    });

    it('keeps calendars apart', async () => {
      const calendar = await open();
      await calendar.book(request());

      expect(await calendar.book(request({ calendar: 'other', madeBy: 'call/2' }))).toMatchObject({ booked: true });
    });
  });
}
