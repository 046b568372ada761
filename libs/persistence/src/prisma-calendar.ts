import type { AppointmentRequest, BookingOutcome, Calendar } from '@app/functions/ports';
import type { PrismaClient } from './prisma-client.js';
import { storableText } from './storable.js';
import { stored } from './stored.js';

const MINUTE_MS = 60_000;

/** The built-in calendar: the rows of `appointments`. Two appointments of one calendar never begin at the same time. */
export class PrismaCalendar implements Calendar {
  constructor(private readonly prisma: PrismaClient) {}

  async takenStarts(calendar: string, from: string, to: string): Promise<readonly string[]> {
    const rows = await stored(
      this.prisma.appointment.findMany({
        where: { calendar, startsAt: { gte: new Date(from), lt: new Date(to) } },
        select: { startsAt: true },
        orderBy: { startsAt: 'asc' },
      }),
    );
    return rows.map(({ startsAt }) => startsAt.toISOString());
  }

  async book(request: AppointmentRequest): Promise<BookingOutcome> {
    const [made] = await stored(
      this.prisma.appointment.createManyAndReturn({ data: rowOf(request), skipDuplicates: true }),
    );
    const row = made ?? (await stored(this.prisma.appointment.findUnique({ where: { madeBy: request.madeBy } })));
    if (!row) return { booked: false, because: 'taken' };
    return { booked: true, appointmentId: row.id, startsAt: row.startsAt.toISOString() };
  }
}

function rowOf({ calendar, startsAt, lengthMinutes, name, phone, subject, madeBy }: AppointmentRequest) {
  const start = new Date(startsAt);
  return {
    calendar,
    startsAt: start,
    endsAt: new Date(start.getTime() + lengthMinutes * MINUTE_MS),
    name: storableText(name),
    phone: phone && storableText(phone),
    subject: storableText(subject),
    madeBy,
  };
}
