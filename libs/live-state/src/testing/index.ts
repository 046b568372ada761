export { MemoryCallLogs } from './memory-call-logs.js';
