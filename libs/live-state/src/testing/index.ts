export { callLogsConformance } from './call-logs.conformance.js';
export { MemoryCallLogs } from './memory-call-logs.js';
export { LocalRequestGate } from '../local-request-gate.js';
