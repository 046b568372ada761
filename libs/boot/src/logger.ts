import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { redact } from './redaction.js';

export type Logger = PinoLogger;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** Of the process: `api`, `worker`. Stands in each line as `app`. */
  name: string;
  level: LogLevel;
  /** Standard output by default, written synchronously, so that the last line before an exit is there. */
  destination?: DestinationStream;
}

/**
 * JSON lines. The message is a constant; all that varies is a field, and errors go under `error`. Fields that hold
 * personal data or secrets are redacted by their key, at any depth (redaction.ts); a message is written as it is.
 */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { app: name, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redactFields },
    hooks: { logMethod: redactBareErrors },
  };
  const log = destination ? pino(options, destination) : pino(options);
  // pino gives the fields of a child to no formatter; children inherit this from their parent
  const child = log.child;
  log.child = function (this: PinoLogger, ...[fields, ...rest]: Parameters<PinoLogger['child']>) {
    return child.call(this, redactFields(fields), ...rest);
  } as PinoLogger['child'];
  return log;
}

const redactFields = (fields: object) => redact(fields) as Record<string, unknown>;

/** `log.error(error)` would put the error's own message into `msg`. */
function redactBareErrors(this: PinoLogger, args: Parameters<PinoLogger['info']>, method: PinoLogger['info']): void {
  const [first, ...rest] = args as unknown[];
  if (!(first instanceof Error)) return method.apply(this, args);
  method.apply(this, [{ error: first }, typeof rest[0] === 'string' ? rest[0] : 'failed']);
}

/** What a framework that brings its own logging asks for (Nest's LoggerService has this shape). */
export interface FrameworkLogger {
  log(message: unknown, ...details: unknown[]): void;
  error(message: unknown, ...details: unknown[]): void;
  warn(message: unknown, ...details: unknown[]): void;
  debug(message: unknown, ...details: unknown[]): void;
  verbose(message: unknown, ...details: unknown[]): void;
  fatal(message: unknown, ...details: unknown[]): void;
}

/** A framework's own lines, in ours: its chatter at start is `debug`, what it warns of stays a warning. */
export function frameworkLogger(log: Logger): FrameworkLogger {
  const line =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...details: unknown[]) => {
      const context = details.findLast((detail) => typeof detail === 'string' && !detail.includes('\n'));
      const error = [message, ...details].find((item) => item instanceof Error);
      const fields = { context, ...(error ? { error } : {}) };
      if (typeof message === 'string') log[level](fields, message);
      else log[level]({ ...fields, ...(error ? {} : { detail: message }) }, 'framework');
    };
  const debug = line('debug');
  return {
    log: debug,
    debug,
    verbose: debug,
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
  };
}
