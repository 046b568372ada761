import type { Clock } from '@app/kernel';
import type { Evidence } from './evidence.js';
import type { Faults } from './faults.js';
import type { LatencyProfile, Waits } from './latencies.js';

/** What every double works with. */
export interface DoubleParts {
  clock: Clock;
  evidence: Evidence;
  faults: Faults;
  latencies: LatencyProfile;
  waits: Waits;
}
