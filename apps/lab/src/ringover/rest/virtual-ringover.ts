import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { Clock } from '@app/kernel';
import { type Account, newAccount, type Region } from './account.js';
import { bigJson } from './big-json.js';
import { CALL_ROUTES, hangUpRoute } from './call-routes.js';
import type { Dial, DialTaker } from './dial.js';
import { DIRECTORY_ROUTES } from './directory-routes.js';
import { HISTORY_ROUTES } from './history-routes.js';
import { RateLimit } from './rate-limit.js';
import { RestFaults } from './rest-faults.js';
import { match, refuse, type Reply, type Route } from './route.js';

/** One request as it came, for whoever asks afterwards. */
export interface RequestSeen {
  atMs: number;
  region: Region;
  method: string;
  /** Below `/v2`, with its query. */
  path: string;
  body: unknown;
  /** Null: it never got an answer. */
  status: number | null;
}

export interface VirtualRingoverOptions {
  clock: Clock;
  /** One in each region, if not said. */
  accounts?: readonly Account[];
}

/** The keys of the accounts that are there unless told otherwise; that a US key begins so is reported, not documented. */
export const LAB_KEYS: Readonly<Record<Region, string>> = { eu: 'lab-key', us: 'US_lab-key' };

const MOST_SEEN = 10_000;

/**
 * Ringover's REST interface, as its documents (and those who met it) describe it: its limit, its ways of saying that
 * there is nothing, its ids beyond 2^53, its toggles.
 */
export class VirtualRingover {
  readonly accounts: readonly Account[];
  readonly seen: RequestSeen[] = [];
  readonly faults = new RestFaults();
  readonly #limit = new RateLimit();
  /** Not public; whoever tests another one sets it. */
  #hangUp: Route = hangUpRoute('POST', '/channels/:channel/events/hangup');
  #dial: DialTaker = () => undefined;

  constructor(private readonly options: VirtualRingoverOptions) {
    this.accounts = options.accounts ?? [newAccount('eu', LAB_KEYS.eu), newAccount('us', LAB_KEYS.us)];
  }

  /** Who takes the calls that are asked for over REST; they ring until it says what becomes of them. One at a time. */
  onDial(taker: (dial: Dial) => void): void {
    this.#dial = taker;
  }

  /** @param path with `:channel` in it */
  setHangUp(method: string, path: string): void {
    this.#hangUp = hangUpRoute(method, path);
  }

  accountIn(region: Region): Account {
    const account = this.accounts.find((one) => one.region === region);
    if (!account) throw new Error(`no account in ${region}`);
    return account;
  }

  /** @param path below `/v2`, without its query */
  async take(request: IncomingMessage, response: ServerResponse, region: Region, path: string): Promise<void> {
    const text = await textOf(request);
    const query = new URL(request.url ?? '/', 'http://lab').searchParams;
    const body = parse(text);
    const seen: RequestSeen = {
      ...{ atMs: this.options.clock.nowMs(), region, method: request.method ?? 'GET', body, status: null },
      path: query.size > 0 ? `${path}?${query}` : path,
    };
    this.seen.push(seen);
    if (this.seen.length > MOST_SEEN) this.seen.shift();
    const fault = this.faults.take(path);
    if (fault?.kind === 'cut') return void response.destroy();
    if (fault?.kind === 'hang') return;
    const asked = { region, path, query, body, authorization: request.headers.authorization };
    const reply = fault?.kind === 'status' ? refuse(fault.status, 'oops') : this.#reply(seen.method, asked);
    if (fault?.kind === 'done-then-cut') return void response.destroy();
    if (fault?.kind === 'done-then-hang') return;
    seen.status = send(response, reply);
  }

  #reply(
    method: string,
    asked: { region: Region; path: string; query: URLSearchParams; body: unknown; authorization: string | undefined },
  ): Reply {
    const { region, path, query, body, authorization: key } = asked;
    const found = this.#find(method, path);
    if (!found) return { status: 404, bytes: Buffer.from('404 page not found\n'), type: 'text/plain; charset=utf-8' };
    if (!key || /^Bearer\b/i.test(key)) return refuse(401, 'Missing API key');
    const { clock } = this.options;
    if (!this.#limit.admits(key, clock.nowMs())) return refuse(429, 'Too many requests');
    const account = this.accounts.find((one) => one.key === key && one.region === region);
    if (!account) return refuse(401, 'Invalid user'); // also a key of the other region
    if (!isAllowed(account, found.route)) return refuse(401, refusalFor(account, found.route));
    if (body === BROKEN) return refuse(400, 'bad body');
    return found.route.answer({ account, clock, params: found.params, query, body, dial: this.#dial });
  }

  #find(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
    for (const route of [...CALL_ROUTES, this.#hangUp, ...HISTORY_ROUTES, ...DIRECTORY_ROUTES]) {
      const params = match(route, method, path);
      if (params) return { route, params };
    }
    return undefined;
  }
}

const isAllowed = ({ grants, monitoring }: Account, { grant, monitoring: needed = false }: Route): boolean =>
  (grant === null || grants.has(grant)) && (monitoring || !needed);

/** 401, never 403. `Read only` was reported; what else a missing grant is answered is not, so here it tells the least. */
const refusalFor = ({ grants }: Account, { grant }: Route): string =>
  grant?.endsWith(':write') && [...grants].some((one) => one === grant.replace(':write', ':read'))
    ? 'Read only'
    : 'Invalid user';

const BROKEN = Symbol('no JSON');

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return BROKEN;
  }
}

/** Without a header that tells of the limit, as theirs. @returns the status */
function send(response: ServerResponse, reply: Reply): number {
  if (reply === 'nothing') return end(response, 204, undefined, undefined);
  if (reply === 'blank') return end(response, 200, 'application/json', '');
  if ('bytes' in reply) return end(response, reply.status, reply.type, reply.bytes);
  return end(response, reply.status, 'application/json', bigJson(reply.json));
}

function end(
  response: ServerResponse,
  status: number,
  type: string | undefined,
  body: string | Uint8Array | undefined,
): number {
  response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body);
  return status;
}
