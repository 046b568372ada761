import type { AppointmentRequest, BookingOutcome, Calendar } from '../ports/index.js';

interface Appointment extends AppointmentRequest {
  id: string;
}

/** A calendar in a list. */
export class MemoryCalendar implements Calendar {
  readonly appointments: Appointment[] = [];

  takenStarts(calendar: string, from: string, to: string): Promise<readonly string[]> {
    const [first, end] = [Date.parse(from), Date.parse(to)];
    const starts = this.appointments
      .filter((appointment) => appointment.calendar === calendar)
      .map(({ startsAt }) => Date.parse(startsAt))
      .filter((start) => start >= first && start < end);
    return Promise.resolve(starts.sort((a, b) => a - b).map((start) => new Date(start).toISOString()));
  }

  book(request: AppointmentRequest): Promise<BookingOutcome> {
    const made = this.appointments.find(({ madeBy }) => madeBy === request.madeBy);
    if (made) return Promise.resolve({ booked: true, appointmentId: made.id, startsAt: made.startsAt });
    const startsAt = new Date(request.startsAt).toISOString();
    const isTaken = this.appointments.some(
      (other) => other.calendar === request.calendar && other.startsAt === startsAt,
    );
    if (isTaken) return Promise.resolve({ booked: false, because: 'taken' });
    const id = `appointment-${this.appointments.length + 1}`;
    this.appointments.push({ ...request, startsAt, id });
    return Promise.resolve({ booked: true, appointmentId: id, startsAt });
  }
}
