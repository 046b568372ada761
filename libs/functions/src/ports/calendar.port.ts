/** A free stretch, in UTC ISO 8601. */
export interface Slot {
  startsAt: string;
  endsAt: string;
}

export interface AppointmentRequest {
  calendar: string;
  startsAt: string;
  lengthMinutes: number;
  name: string;
  phone: string | null;
  subject: string;
  /** Unique to this act: the same one again returns what it made the first time. */
  madeBy: string;
}

export type BookingOutcome =
  { booked: true; appointmentId: string; startsAt: string } | { booked: false; because: 'taken' };

/** Where appointments are kept: the built-in one in Postgres, or an outside system. */
export interface Calendar {
  /** Starts that are taken in [from, to), UTC ISO 8601. @throws StoreError */
  takenStarts(calendar: string, from: string, to: string): Promise<readonly string[]>;
  /** @throws StoreError */
  book(request: AppointmentRequest): Promise<BookingOutcome>;
}
