import { Agent, request } from 'node:http';
import type { Cancel, Clock } from '@app/kernel';
import { readCallPage } from '../call/api-call.js';
import type { Centre } from '../call/centre.js';
import { ApiFeed, type FeedDelays } from './api-feed.js';
import { ProbeFailed } from './centre-probe.js';

/** Of all questions; every other one is for a list. */
const QUESTIONS_PER_SECOND = 50;
const ORDER_EVERY_MS = 3_000;
const LIVE_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
const MS_PER_SECOND = 1_000;
/** Numbers that nobody has (Ofcom's for drama). */
const CALLEE = '+4416329600';

/** What the API was asked while the calls were up, and how long it took. All in ms. */
export interface ApiFigures extends FeedDelays {
  callMs: number[];
  listMs: number[];
  /** `POST /calls`, answered 202. */
  orderMs: number[];
  /** All of these, of questions that were on their way while the lab itself stood still. */
  stalledMs: number[];
  /** Answers that were not as they should be, each with how often it was. */
  refused: Record<string, number>;
}

/** A question that is asked so much too late tells of a machine that stood still, for whoever was to answer too. */
const STALLED_MS = 10;
/** Around such a moment what is late need not be anybody's fault (as of sound: lateness.ts). */
const STALL_MS = 100;

interface Asked {
  kind: 'call' | 'list' | 'order';
  atMs: number;
  tookMs: number;
}

interface Answer {
  status: number;
  text: string;
  tookMs: number;
}

/**
 * Asks for calls and lists of calls, fifty times a second whether or not the one before was answered, orders a call now
 * and then, and hears the feed, until it is stopped.
 */
export class ApiProbe {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #answered: Asked[] = [];
  readonly #stallsAtMs: number[] = [];
  readonly #refused = new Map<string, number>();
  readonly #over = new AbortController();
  readonly #asked = new Set<Promise<void>>();
  readonly #feed: ApiFeed;
  #live: readonly string[] = [];

  private constructor(
    private readonly centre: Centre,
    private readonly clock: Clock,
  ) {
    this.#feed = new ApiFeed(centre, clock);
  }

  /** Resolves when the feed is heard. @throws ProbeFailed */
  static async open(centre: Centre, clock: Clock): Promise<ApiProbe> {
    const probe = new ApiProbe(centre, clock);
    await probe.#lookForCalls();
    await probe.#feed.open(probe.#live);
    probe.#repeat(MS_PER_SECOND / QUESTIONS_PER_SECOND, (n) => probe.#ask(n));
    probe.#repeat(LIVE_EVERY_MS, () => probe.#lookForCalls());
    probe.#repeat(ORDER_EVERY_MS, (n) => probe.#order(n));
    return probe;
  }

  /** Waits for the answers that are on their way. */
  async stop(): Promise<ApiFigures> {
    this.#over.abort();
    await Promise.all(this.#asked);
    this.#agent.destroy();
    const asked = apart(this.#answered, this.#stallsAtMs);
    return { ...asked, ...this.#feed.close(), refused: Object.fromEntries(this.#refused) };
  }

  /** By absolute times: a question that is late makes no other one late. */
  #repeat(everyMs: number, act: (n: number) => Promise<void>): void {
    const startMs = this.clock.nowMs();
    let again: Cancel | undefined;
    const next = (n: number): void => {
      const done = act(n)
        .catch((error: unknown) => this.#note(error instanceof Error ? error.message : 'failed'))
        .finally(() => this.#asked.delete(done));
      this.#asked.add(done);
      const nowMs = this.clock.nowMs();
      if (nowMs - (startMs + n * everyMs) > STALLED_MS) this.#stallsAtMs.push(nowMs);
      const waitMs = startMs + (n + 1) * everyMs - nowMs;
      again = this.clock.after(Math.max(0, waitMs), () => next(n + 1));
    };
    this.#over.signal.addEventListener('abort', () => again?.());
    next(0);
  }

  async #ask(n: number): Promise<void> {
    const callId = this.#live[(n >> 1) % Math.max(1, this.#live.length)];
    const isList = n % 2 === 0 || callId === undefined;
    const { status, tookMs } = await this.#send('GET', isList ? '/calls' : `/calls/${callId}`);
    if (status !== 200) return this.#note(`GET ${isList ? '/calls' : '/calls/{id}'} answered ${status}`);
    this.#answered.push({ kind: isList ? 'list' : 'call', atMs: this.clock.nowMs(), tookMs });
  }

  async #order(n: number): Promise<void> {
    const { numbers } = this.centre;
    const agent = numbers[n % numbers.length]?.agent;
    const order = { agent, to: `${CALLEE}${String(n % 100).padStart(2, '0')}` };
    const { status, tookMs } = await this.#send('POST', '/calls', JSON.stringify(order));
    if (status !== 202) return this.#note(`POST /calls answered ${status}`);
    this.#answered.push({ kind: 'order', atMs: this.clock.nowMs(), tookMs });
  }

  async #lookForCalls(): Promise<void> {
    const { text } = await this.#send('GET', '/calls?state=live&limit=100');
    this.#live = readCallPage(JSON.parse(text)).map(({ id }) => id);
  }

  #note(what: string): void {
    this.#refused.set(what, (this.#refused.get(what) ?? 0) + 1);
  }

  #send(method: string, path: string, body?: string): Promise<Answer> {
    const { apiUrl, apiKey } = this.centre;
    const headers = { authorization: `Bearer ${apiKey}`, ...(body && { 'content-type': 'application/json' }) };
    return new Promise((resolve, reject) => {
      const failed = (cause: unknown) => reject(new ProbeFailed(`no answer to ${method} ${path}`, { cause }));
      const fromMs = this.clock.nowMs();
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const asked = request(`${apiUrl}/api/v1${path}`, { method, agent: this.#agent, headers, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('error', failed).on('end', () => {
          resolve({ status: response.statusCode ?? 0, text, tookMs: this.clock.nowMs() - fromMs });
        });
      });
      asked.on('error', failed).end(body);
    });
  }
}

/** What was under way within a tenth of a second of a stall is told apart. */
export function apart(
  asked: readonly Asked[],
  stallsAtMs: readonly number[],
): Pick<ApiFigures, 'callMs' | 'listMs' | 'orderMs' | 'stalledMs'> {
  const found = { call: [] as number[], list: [] as number[], order: [] as number[], stalled: [] as number[] };
  for (const { kind, atMs, tookMs } of asked) {
    const felt = stallsAtMs.some((stallMs) => stallMs > atMs - tookMs - STALL_MS && stallMs < atMs + STALL_MS);
    found[felt ? 'stalled' : kind].push(tookMs);
  }
  return { callMs: found.call, listMs: found.list, orderMs: found.order, stalledMs: found.stalled };
}
