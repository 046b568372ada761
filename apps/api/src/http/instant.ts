/** RFC 3339 with a zone: a time without one is a different instant for everybody. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;

/** For `@Transform`: anything else stays as it is, and is refused by `@IsDate`. */
export const instantOf = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && INSTANT.test(value) ? new Date(value) : value;
