import type { Logger } from '@app/boot';
import type { LogEntry } from '@app/conversation';
import { ROOT_CONTEXT, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type IdGenerator } from '@opentelemetry/sdk-trace-base';
import { spanIdOf, spansOf, traceIdOf } from './call-spans.js';

/** Ids that follow from the call, given out in order. Spans are made in one go, so that no two calls meet here. */
class CallIds implements IdGenerator {
  #callId = '';
  #spans = 0;

  begin(callId: string): void {
    [this.#callId, this.#spans] = [callId, 0];
  }

  generateTraceId = (): string => traceIdOf(this.#callId);
  generateSpanId = (): string => spanIdOf(this.#callId, (this.#spans += 1));
}

/** Tells a collector of OpenTelemetry how each call went, once it is over: nothing of it is on the way of a live call. */
export class CallTracer {
  readonly #ids = new CallIds();
  readonly #provider: BasicTracerProvider;

  /** @param endpoint of OTLP over HTTP, such as `http://127.0.0.1:4318`; `/v1/traces` is added */
  constructor(
    endpoint: string,
    private readonly log: Pick<Logger, 'warn'>,
  ) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'carillon' }),
      idGenerator: this.#ids,
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
  }

  /** Returns at once. A collector that is gone costs the trace, not the call. */
  trace(callId: string, startedAt: string, entries: readonly LogEntry[]): void {
    const beganMs = Date.parse(startedAt);
    const tracer = this.#provider.getTracer('carillon');
    this.#ids.begin(callId);
    const spans: Span[] = [];
    for (const { name, parent, startMs, endMs, attributes, errorType } of spansOf(callId, entries)) {
      const parentSpan = parent === null ? undefined : spans[parent];
      const context = parentSpan ? trace.setSpan(ROOT_CONTEXT, parentSpan) : ROOT_CONTEXT;
      const told = errorType === null ? attributes : { ...attributes, 'error.type': errorType };
      const span = tracer.startSpan(name, { startTime: beganMs + startMs, attributes: told }, context);
      if (errorType !== null) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(beganMs + Math.max(startMs, endMs));
      spans.push(span);
    }
  }

  /** What was not told yet is told now, as far as somebody listens. */
  async close(): Promise<void> {
    try {
      await this.#provider.shutdown();
    } catch (error) {
      this.log.warn({ error }, 'traces could not be told');
    }
  }
}
