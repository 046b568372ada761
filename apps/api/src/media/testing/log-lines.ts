import { createLogger, type Logger } from '@app/boot';

/** A log whose lines can be looked at, redacted as in production. */
export function logLines(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { log: createLogger({ name: 'test', level: 'debug', destination }), lines };
}
