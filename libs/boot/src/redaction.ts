/**
 * Values under these keys never leave the process in a log line: they hold what people said, who they are, or what
 * opens a door. Compared without case, `_` and `-`, at any depth.
 */
const PRIVATE_KEYS: ReadonlySet<string> = new Set(
  [
    ...[
      'text',
      'words',
      'said',
      'heard',
      'transcript',
      'content',
      'message',
      'messages',
      'prompt',
      'persona',
      'subject',
    ],
    ...['argumentsJson', 'arguments', 'resultJson', 'result', 'body', 'rawBody', 'payload', 'digit', 'digits'],
    ...['from', 'to', 'fromNumber', 'toNumber', 'number', 'phone', 'phoneNumber', 'e164', 'caller', 'contact'],
    ...['name', 'firstName', 'lastName', 'email', 'address'],
    ...[
      'authorization',
      'cookie',
      'setCookie',
      'password',
      'secret',
      'apiKey',
      'xiApiKey',
      'key',
      'token',
      'mediaToken',
    ],
    ...['webhookToken', 'callEventKey', 'signature', 'jwt', 'url', 'databaseUrl', 'redisUrl', 'connectionString'],
  ].map((key) => key.toLowerCase()),
);

export const REDACTED = '[redacted]';
const TOO_DEEP = '[deeper]';
const MAX_DEPTH = 8;
const PHONE_NUMBER = /\+\d[\d ().-]{5,18}\d/g;

/** A copy that is safe to log. Errors keep their type, code, message and stack, with telephone numbers taken out. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return TOO_DEEP;
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date || value instanceof URL) return redactScalar(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isPrivate(key, inner) ? REDACTED : redact(inner, depth + 1)]),
  );
}

const isPrivate = (key: string, value: unknown): boolean =>
  value !== null && value !== undefined && PRIVATE_KEYS.has(key.replace(/[_-]/g, '').toLowerCase());

/** An address may hold a token in its path or its query: only where it points to is told. */
const redactScalar = (value: Date | URL): string => (value instanceof URL ? value.origin : value.toISOString());

/** Of an error nothing but these is told: libraries hang requests, headers and query arguments on theirs. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    what: withoutNumbers(error.message),
    ...(error.stack ? { stack: withoutNumbers(error.stack) } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

const withoutNumbers = (text: string): string => text.replace(PHONE_NUMBER, '[number]');
