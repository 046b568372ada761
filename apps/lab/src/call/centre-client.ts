import { type Clock, OperationalError } from '@app/kernel';
import { callEvidence, type CallEvidence } from '../call-evidence.js';
import { type ApiCall, readApiCall, readCallPage } from './api-call.js';
import type { Centre } from './centre.js';

/** The centre, or the lab's doubles beside it, did not answer as they should. */
export class CentreError extends OperationalError {
  readonly code = 'lab.centre-failed';
  readonly retryable = true;
}

const ANSWER_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 250;
/** `closing` is a call whose record is not stored yet. */
const FINISHED: ReadonlySet<string> = new Set(['ended', 'missed']);

/** What an operator can learn of a call by HTTP, and what the doubles tell. */
export class CentreClient {
  constructor(
    private readonly centre: Pick<Centre, 'apiUrl' | 'apiKey' | 'lab'>,
    private readonly clock: Clock,
  ) {}

  /** Carillon's id of the carrier's call; undefined when it is not known there after `withinMs`. @throws CentreError */
  async findCall(carrierCallId: string, withinMs: number): Promise<string | undefined> {
    return this.#poll(withinMs, async () => {
      const calls = readCallPage(await this.#json(`/calls?carrierCallId=${carrierCallId}`));
      return calls.find((call) => call.carrierCallId === carrierCallId)?.id;
    });
  }

  /** The call with all that is kept of it; as far as it is by then, when it was not finished after `withinMs`. */
  async finishedCall(callId: string, withinMs: number): Promise<ApiCall> {
    const finished = await this.#poll(withinMs, async () => {
      const call = await this.call(callId);
      return FINISHED.has(call.state) ? call : undefined;
    });
    return finished ?? this.call(callId);
  }

  async call(callId: string): Promise<ApiCall> {
    return readApiCall(await this.#json(`/calls/${callId}`));
  }

  /** The call's log as JSON lines; undefined when there is none after `withinMs`. */
  async log(callId: string, withinMs: number): Promise<string | undefined> {
    const asked = () => this.#api(`/calls/${callId}/log`).catch(() => undefined);
    return this.#poll(withinMs, asked); // it may be on its way from one store to another
  }

  /** What the doubles were told and gave; null when they have no part in the call. @throws CentreError */
  async evidence(callId: string): Promise<CallEvidence | null> {
    if (!this.centre.lab) return null;
    const answer = await ask(`${this.centre.lab.url}/lab/calls/${callId}`, {});
    return answer.status === NOT_FOUND ? null : callEvidence.parse(JSON.parse(bodyOf(answer)));
  }

  /** For a recogniser double that cannot hear: what the caller will say, in order. Without doubles: nothing. */
  tellScript = (callId: string, sentences: readonly string[]): Promise<void> => this.#tell(callId, { sentences });

  /** The same, with how long each line sounds, so that its words are told when they are spoken. */
  tellLines = (callId: string, lines: readonly { text: string; lengthMs: number }[]): Promise<void> =>
    this.#tell(callId, { lines });

  async #tell(callId: string, script: object): Promise<void> {
    if (!this.centre.lab) return;
    const url = `${this.centre.lab.url}/lab/calls/${callId}/script`;
    bodyOf(await ask(url, { method: 'PUT', body: JSON.stringify(script) }));
  }

  async #json(path: string): Promise<unknown> {
    return JSON.parse(await this.#api(path));
  }

  async #api(path: string): Promise<string> {
    const headers = { authorization: `Bearer ${this.centre.apiKey}` };
    return bodyOf(await ask(`${this.centre.apiUrl}/api/v1${path}`, { headers }));
  }

  async #poll<T>(withinMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const untilMs = this.clock.nowMs() + withinMs;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined || this.clock.nowMs() >= untilMs) return answer;
      await this.clock.sleep(ASK_EVERY_MS);
    }
  }
}

const NOT_FOUND = 404;

interface Answer {
  url: string;
  status: number;
  body: string;
}

async function ask(url: string, request: RequestInit): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { url, status: answer.status, body: await answer.text() };
  } catch (error) {
    throw new CentreError(`no answer from ${url} within ${ANSWER_WITHIN_MS} ms`, { cause: error });
  }
}

function bodyOf({ url, status, body }: Answer): string {
  if (status >= 200 && status < 300) return body;
  throw new CentreError(`${url} answered ${status}`);
}
