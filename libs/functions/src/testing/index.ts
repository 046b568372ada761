export { calendarConformance } from './calendar.conformance.js';
export { functionLedgerConformance } from './function-ledger.conformance.js';
export { MemoryCalendar } from './memory-calendar.js';
export { MemoryFunctionLedger } from './memory-function-ledger.js';
