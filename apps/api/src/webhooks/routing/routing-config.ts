export interface RoutingConfig {
  /** E.164, in order: where calls go that no agent of ours can take, or when that cannot be found out in time. */
  safeRoute: readonly string[];
  /** Of an agent that names no number of its own. */
  linesPerAgent: number;
}
export const ROUTING = Symbol('routing');
