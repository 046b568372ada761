import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { ApiKeyStore, CallStore, ContactBook, SYSTEM } from '@app/persistence';
import { begunCall, finishedCall, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import fc from 'fast-check';
import { PROBLEMS } from '../apps/api/src/http/problem.js';
import { exampleLog } from '../apps/worker/src/testing/example-log.js';
import { apiInProcess } from './api-in-process.js';
import { type ObeyingCall, obeyingCall } from './obeying-call.js';
import { freshDatabase, freshRedis } from './stores.js';

/** Of each operation; the long form is `npm run test:fuzz`. */
const CASES = Number(process.env['FUZZ_OPERATIONS'] ?? 20);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const UNKNOWN = '00000000-0000-4000-8000-000000000001';
const VIEWER = ['agents:read', 'calls:read', 'contacts:read', 'numbers:read'];
/** What any request may be answered with, whatever it asks for. */
const ALWAYS = ['request.unreadable', 'request.refused', 'request.too-large', 'request.media-type', 'route.not-found'];

interface Operation {
  operationId: string;
  'x-needs'?: string[];
  parameters?: { name: string; in: string; schema?: { example?: unknown; enum?: string[] } }[];
  requestBody?: { content: Record<string, { example?: unknown; schema?: { $ref?: string } }> };
  responses: Record<string, { description: string }>;
}
type Named = [name: string, method: string, path: string, operation: Operation];

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: object }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): Named => [operation.operationId, method, path, operation]),
);

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let api: Awaited<ReturnType<typeof apiInProcess>>;
const keys = { admin: '', viewer: '', nobody: 'cn_nobody' };
let live: ObeyingCall;
let ids: string[] = [];
/** Where the calls stand in `ids`: one that is live, one that is over, none; verbs are for the first. */
const CALLS = [5, 5, 5, 3, 4];

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  const { url: redisUrl } = await freshRedis();
  api = await apiInProcess({
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl },
    ...{ AUTH_SECRET: 'a secret of this spec, and no other one', REQUESTS_PER_MINUTE: '1000000' },
  });
  const store = new ApiKeyStore(postgres.prisma, systemClock);
  keys.admin = await store.create('a spec', ['admin']);
  keys.viewer = await store.create('a viewer', VIEWER);
  const facts = { e164: '+33612345678', name: 'Ada', language: 'fr', doNotCall: false, notes: {} };
  const contact = await new ContactBook(postgres.prisma, systemClock).create(SYSTEM, facts);
  const number = await postgres.prisma.phoneNumber.findFirstOrThrow();
  const call = begunCall(postgres.agentId);
  const calls = new CallStore(postgres.prisma);
  await calls.begin(call);
  await calls.finish(call.id, finishedCall({ log: exampleLog() }));
  live = await obeyingCall({ redisUrl, calls, agentId: postgres.agentId });
  ids = [postgres.agentId, contact.id, number.id, call.id, UNKNOWN, live.id];
});
afterAll(async () => {
  await live.close();
  await api.close();
  await postgres.close();
  await database.drop();
});

const oddText = fc.oneof(
  fc.constantFrom('', ' ', '\0', '\ud800', '%', '../..', '+33612345678', 'null', '-1', '1e9', '"', UNKNOWN),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const oddValue = fc.oneof(oddText, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(-1, 0, 1e21, 2 ** 31, [], {}, null));

/** A body as it is described, with a member changed, empty or left out, with one more; or something else. */
function bodyOf({ requestBody }: Operation): fc.Arbitrary<unknown> {
  const { example, schema } = requestBody?.content['application/json'] ?? {};
  if (typeof example !== 'object' || example === null) return fc.constant(undefined);
  const described = document.components.schemas[schema?.$ref?.split('/').at(-1) ?? '']?.properties ?? {};
  const names = fc.constantFrom(...new Set([...Object.keys(example), ...Object.keys(described)]));
  return fc.oneof(
    fc.constant(example),
    fc.tuple(names, oddValue).map(([name, value]) => ({ ...example, [name]: value })),
    names.map((name) => ({ ...example, [name]: null })),
    names.map((name) => Object.fromEntries(Object.entries(example).filter(([member]) => member !== name))),
    fc.tuple(oddText, oddValue).map(([name, value]) => ({ ...example, [name]: value })),
    oddValue,
  );
}

const queryOf = ({ parameters = [] }: Operation): fc.Arbitrary<Record<string, string>> => {
  const known = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, schema }) => {
      const fitting = [schema?.example, ...(schema?.enum ?? [])].filter((value) => value !== undefined).map(String);
      const some = fc.oneof(oddText, fc.constantFrom(...fitting, '1', UNKNOWN));
      return fc.option(some, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }));
    });
  const none = fc.constant<Record<string, string>>({});
  const odd = oddText.map((text): Record<string, string> => ({ [`x${text}`]: text }));
  const unknown = fc.oneof({ weight: 7, arbitrary: none }, { weight: 1, arbitrary: odd });
  return fc.tuple(unknown, ...known).map((parts) => Object.assign({}, ...parts) as Record<string, string>);
};

/** A part of a path: an id that there is, by its place, or something else. */
const partOf = (known: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: oddText });

const caseOf = (path: string, operation: Operation) =>
  fc.record({
    as: fc.constantFrom<keyof typeof keys | undefined>('admin', 'admin', 'admin', 'viewer', 'nobody', undefined),
    parts: fc.tuple(partOf(path.includes('/calls/{id}') ? fc.constantFrom(...CALLS) : fc.nat(5)), partOf(fc.nat(5))),
    query: queryOf(operation),
    body: bodyOf(operation),
    ifMatch: fc.constantFrom(undefined, '"1"', '"2"', '*', 'x', '"999999999"'),
    path: fc.constant(path),
  });
type Case = ReturnType<typeof caseOf> extends fc.Arbitrary<infer Drawn> ? Drawn : never;

async function send(method: string, { as, parts, query, body, ifMatch, path }: Case) {
  let at = 0;
  const filled = path.replaceAll(/\{\w+\}/g, () => {
    const part = parts[(at += 1) - 1];
    return encodeURIComponent((typeof part === 'number' ? (ids[part] ?? '') : (part ?? '')).toWellFormed()) || 'x';
  });
  const search = new URLSearchParams(Object.entries(query)).toString();
  const response = await fetch(`${api.url}${filled}${search ? `?${search}` : ''}`, {
    method: method.toUpperCase(),
    headers: {
      'content-type': 'application/json',
      ...(as && { authorization: `Bearer ${keys[as]}` }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    ...(body !== undefined && method !== 'get' && { body: JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) return { status: response.status, type, text: await response.text() };
  await response.body?.cancel(); // that of a live call has no end
  return { status: response.status, type, text: '' };
}

/** What is wrong with an answer; undefined: nothing. */
function faultOf(
  { status, type, text }: Awaited<ReturnType<typeof send>>,
  { responses }: Operation,
): string | undefined {
  const described = [...Object.values(responses).map(({ description }) => description), ...ALWAYS].join();
  if (status < 400) return String(status) in responses ? undefined : `${status} is not described`;
  if (!type.startsWith('application/problem+json')) return `${status} as ${type}`;
  const { code } = JSON.parse(text) as { code: string };
  if (!(code in PROBLEMS) || code === 'service.internal') return `${status} ${code}`;
  return described.includes(code) ? undefined : `${status} ${code} is not described`;
}

describe('an operation, whatever it is sent', () => {
  it.each(operations)('%s answers as it is described, and never breaks', async (_name, method, path, operation) => {
    const needs = operation['x-needs'] ?? [];
    const isChange = method !== 'get' && needs.length > 0;
    const check = async (drawn: Case) => {
      const answer = await send(method, drawn);
      expect(faultOf(answer, operation)).toBeUndefined();
      const widened = drawn.as === 'viewer' && isChange && answer.status < 400;
      expect(widened).toBe(false);
    };
    await fc.assert(fc.asyncProperty(caseOf(path, operation), check), { numRuns: CASES, seed: SEED });
  });

  it('is drawn for a live call too, whose node obeys it and does not break', () => {
    expect(live.bugs).toEqual([]);
    expect(live.obeyed.size).toBeGreaterThan(2); // by the cases above
  });

  it('may be nested deeper than anybody writes', async () => {
    const body = `{"slug":"deep","settings":{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}}`;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${keys.admin}` };
    const { status } = await fetch(`${api.url}/api/v1/agents`, { method: 'POST', headers, body });
    expect(status).toBe(400);
  });
});
