import { z } from 'zod';

export const FAULTED = ['recogniser', 'model', 'voice'] as const;

/** What a double does instead of its work; told over the control API. */
export const fault = z.strictObject({
  double: z.enum(FAULTED),
  /**
   * `hang`: answers nothing. `trickle`: a piece now and then. `half-close`: breaks off in the middle. `status`: refuses
   * the request or the socket. `malformed`: sends what is no message. `empty`: answers without content.
   */
  kind: z.enum(['hang', 'trickle', 'half-close', 'status', 'malformed', 'empty']),
  /** Of `status`. */
  status: z.number().int().min(400).max(599).default(500),
  /** So many times; then all is well again. */
  times: z.number().int().min(1).max(100_000).default(1),
  /**
   * Only in this call, from now on, whatever of it is open. A voice's socket belongs to no call yet: without a call its
   * `status` is for the next socket, and with one for the call's next piece, in the words that theirs has for it there.
   */
  callId: z.string().optional(),
});
export type Fault = z.output<typeof fault>;

/** The faults that wait to happen. */
export class Faults {
  readonly #waiting: Fault[] = [];

  add(next: Fault): void {
    this.#waiting.push({ ...next });
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /**
   * The fault that a double is to show now; each call of this uses it up once.
   *
   * @param name begins with the id of the call that asks
   */
  take(double: Fault['double'], name: string, suits: (next: Fault) => boolean = () => true): Fault | undefined {
    const next = this.#find(double, name, suits);
    if (!next) return undefined;
    next.times -= 1;
    if (next.times === 0) this.#waiting.splice(this.#waiting.indexOf(next), 1);
    return next;
  }

  /** Whether this call would be refused now: what is open of it breaks off. Uses nothing up. */
  refuses(double: Fault['double'], callId: string): boolean {
    return this.#find(double, callId, (next) => next.kind === 'status' && next.callId !== undefined) !== undefined;
  }

  #find(double: Fault['double'], name: string, suits: (next: Fault) => boolean): Fault | undefined {
    return this.#waiting.find(
      (waiting) => waiting.double === double && name.startsWith(waiting.callId ?? '') && suits(waiting),
    );
  }
}
