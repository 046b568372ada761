import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Cancel, Clock } from '@app/kernel';
import { z } from 'zod';

/** A vendor that is out for a while, whatever is asked of it; told over the control API. */
export const outage = z.strictObject({
  /** What its addresses begin with: `/deepgram/`, `/openai/v1/chat/`. */
  path: z.string().startsWith('/'),
  /** `refuse`: answers 503, and breaks off what is open. `hang`: neither answers nor reads; what is open goes on after it. */
  kind: z.enum(['refuse', 'hang']),
  forMs: z.number().int().min(1).max(600_000),
});
export type Outage = z.output<typeof outage>;

/** A socket, or an answer that is being streamed. */
type Open = Duplex | ServerResponse;

const REFUSAL = '{"error":{"message":"The service is unavailable."}}';
const HEADERS = { 'content-type': 'application/json', 'content-length': String(REFUSAL.length), connection: 'close' };
const REFUSED_UPGRADE = `HTTP/1.1 503 Service Unavailable\r\n${Object.entries(HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')}\r\n${REFUSAL}`;

/** Which doubles are out, and what is open at all of them. It stands before them, and knows only addresses. */
export class Outages {
  readonly #now = new Map<Outage, { cancel: Cancel; unanswered: Open[] }>();
  readonly #open = new Map<Open, string>();

  constructor(private readonly clock: Clock) {}

  /** From now on, for as long as it says. */
  begin(next: Outage): void {
    const cancel = this.clock.after(next.forMs, () => this.#over(next));
    this.#now.set(next, { cancel, unanswered: [] });
    for (const [each, path] of this.#open) {
      if (!path.startsWith(next.path)) continue;
      if (next.kind === 'refuse') each.destroy();
      else halt(each);
    }
  }

  /** All is well again. */
  clear(): void {
    for (const [each, { cancel }] of [...this.#now]) {
      cancel();
      this.#over(each);
    }
  }

  /** False when the vendor is well: then it is for its double to answer. */
  meets(path: string, asked: Open): boolean {
    const out = [...this.#now.keys()].find((each) => path.startsWith(each.path));
    if (!out) {
      this.#open.set(asked, path);
      asked.once('close', () => this.#open.delete(asked));
      return false;
    }
    if (out.kind === 'refuse') refuse(asked);
    else this.#now.get(out)?.unanswered.push(asked);
    return true;
  }

  /** What hung goes on; what was asked meanwhile is never answered. */
  #over(past: Outage): void {
    for (const asked of this.#now.get(past)?.unanswered ?? []) asked.destroy();
    this.#now.delete(past);
    if (past.kind !== 'hang') return;
    for (const [each, path] of this.#open) if (path.startsWith(past.path)) goOn(each);
  }
}

function refuse(asked: Open): void {
  if ('writeHead' in asked) asked.writeHead(503, HEADERS).end(REFUSAL);
  else asked.end(REFUSED_UPGRADE);
}

function halt(open: Open): void {
  open.cork();
  if ('pause' in open) open.pause();
}

function goOn(open: Open): void {
  open.uncork();
  if ('resume' in open) open.resume();
}
