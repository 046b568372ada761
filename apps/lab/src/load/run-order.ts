import type { Clock } from '@app/kernel';
import type { PlannedOutage } from './fault-plan.js';
import type { Target } from './targets.js';

/** What one run of a load is to be. */
export interface RunOrder {
  target: Target;
  calls: number;
  seconds: number;
  seed: number;
  speechFolder: string;
  /** The yardstick answers no questions about calls. */
  asksApi: boolean;
  /** It is asked fifty times a second, and its feed is heard. */
  probesApi?: boolean;
  /** Where a profile of the process is to be written, by whoever asked for it. */
  onProfile?: ((profile: string) => Promise<void>) | undefined;
  /** What goes wrong once all calls are up. */
  faults?: readonly PlannedOutage[] | undefined;
  /** The last of the other nodes is killed once all calls are up. */
  killsNode?: boolean;
  reconnects?: boolean;
  /** Once all calls are up, and with them all lines taken, somebody else rings. */
  ringsOneTooMany?: boolean;
  clock: Clock;
}
