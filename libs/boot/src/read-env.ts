import type { z } from 'zod';

/** The process was started with an environment it cannot work in. Its message has one line for each wrong variable. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment once, at start; nothing else in the codebase reads it.
 *
 * A variable that is set to nothing counts as not set, as in a copied `.env` with keys left blank. A check over several
 * variables must be a refinement with `when: () => true` and a `path`, so that it is told together with the others.
 *
 * @throws ConfigError that names every wrong variable at once, and never says what one holds
 */
export function readEnv<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const read = schema.safeParse(set);
  if (read.success) return read.data;
  throw new ConfigError(read.error.issues.map((issue) => problemOf(issue, set)));
}

/** Zod's own messages name what was expected; what was received is in them only as a type. */
function problemOf({ code, path, message }: z.core.$ZodIssue, set: NodeJS.ProcessEnv): string {
  const name = path.join('.');
  if (code === 'invalid_type' && set[name] === undefined) return `${name}: is not set`;
  return `${name}: ${message}`;
}
