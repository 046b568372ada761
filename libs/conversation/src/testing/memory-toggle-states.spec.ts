import { MemoryToggleStates } from './memory-toggle-states.js';
import { describeToggleStates } from './toggle-states.conformance.js';

describeToggleStates(() => new MemoryToggleStates());
