export { collectSeldom } from './collector.js';
export { EventLoopLag } from './event-loop-lag.js';
export {
  createLogger,
  type FrameworkLogger,
  frameworkLogger,
  LOG_LEVELS,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logger.js';
export { createMetrics, Metrics, type WebhookOutcome } from './metrics.js';
export { onceThere, type Patience, STORES_VARIABLE } from './once-there.js';
export { goBeforeOthers, goFirst, letOthersGoFirst } from './precedence.js';
export { ConfigError, readEnv } from './read-env.js';
export { CannotStart, type Closer, type HostProcess, startStop, type StartStopOptions } from './start-stop.js';
