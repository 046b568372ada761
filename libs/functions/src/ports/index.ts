export type { AppointmentRequest, BookingOutcome, Calendar, Slot } from './calendar.port.js';
export type { FunctionLedger, LedgerEntry } from './function-ledger.port.js';
