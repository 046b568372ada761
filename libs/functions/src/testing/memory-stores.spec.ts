import { randomUUID } from 'node:crypto';
import { calendarConformance } from './calendar.conformance.js';
import { functionLedgerConformance } from './function-ledger.conformance.js';
import { MemoryCalendar } from './memory-calendar.js';
import { MemoryFunctionLedger } from './memory-function-ledger.js';

functionLedgerConformance(() => ({ ledger: new MemoryFunctionLedger(), newCall: () => Promise.resolve(randomUUID()) }));
calendarConformance(() => Promise.resolve(new MemoryCalendar()));
