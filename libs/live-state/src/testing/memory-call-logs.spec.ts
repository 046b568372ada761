import { callLogsConformance } from './call-logs.conformance.js';
import { MemoryCallLogs } from './memory-call-logs.js';

callLogsConformance(() => new MemoryCallLogs());
