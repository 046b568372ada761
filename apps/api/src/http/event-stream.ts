import type { Cancel, Clock } from '@app/kernel';
import type { Response } from 'express';

/** Proxies close what is silent for a minute. */
const BREATHE_EVERY_MS = 15_000;
/** A listener that does not read is gone; it comes back with the number of the last event that it got. */
const MAX_UNSENT_BYTES = 1_048_576;

/** Server-sent events (HTML standard 9.2) on one response. */
export class EventStream {
  readonly #gone = new AbortController();
  #next: Cancel;

  constructor(
    private readonly response: Response,
    private readonly clock: Clock,
  ) {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    response.once('close', () => this.#end());
    this.#next = this.#breathe();
  }

  /** Whoever listened went away, or the process stops. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  send(id: number, event: string, data: unknown): void {
    if (this.#gone.signal.aborted) return;
    if (this.response.writableLength > MAX_UNSENT_BYTES) return void this.response.destroy();
    this.response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): void {
    this.#end();
    this.response.end();
  }

  #end(): void {
    this.#next();
    this.#gone.abort();
  }

  #breathe(): Cancel {
    return this.clock.after(BREATHE_EVERY_MS, () => {
      this.response.write(': still here\n\n');
      this.#next = this.#breathe();
    });
  }
}
