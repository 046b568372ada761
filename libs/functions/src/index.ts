export { FUNCTION_NAMES, type FunctionParts, functionRunnerOf } from './function-runner.js';
export { type OfficeHours, USUAL_OFFICE_HOURS } from './office-hours.js';
export type { TransferDestination } from './transfer-call.js';
