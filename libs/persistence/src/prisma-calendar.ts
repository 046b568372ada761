import type { AppointmentRequest, BookingOutcome, Calendar } from '@app/functions/ports';
import type { PrismaClient } from './prisma-client.js';

/** The built-in calendar: the rows of `appointments`. */
export class PrismaCalendar implements Calendar {
  constructor(private readonly prisma: PrismaClient) {}

  async takenStarts(_calendar: string, _from: string, _to: string): Promise<readonly string[]> {
    throw new Error(String(this.prisma));
  }

  async book(_request: AppointmentRequest): Promise<BookingOutcome> {
    throw new Error('not yet');
  }
}
