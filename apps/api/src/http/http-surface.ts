import type { Server } from 'node:http';
import { Metrics } from '@app/boot';
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Clock } from '@app/kernel';
import { CLOCK } from '../process-parts.js';
import { measureRequests } from './measure-requests.js';
import { serveApiDocs } from './open-api.js';
import { mustBeShallow } from './shallow-body.js';
import { nameRequest } from './request-id.js';
import { validation } from './validation.js';

export const API_PREFIX = 'api/v1';
/** Load balancers and Prometheus look for these at the root. */
const AT_THE_ROOT = ['health', 'ready', 'metrics'];
const MAX_BODY = '100kb';
/** A webhook's JWT may hold the whole payload, in a header; Node's own bound is 16 KiB. */
const MAX_HEADER_BYTES = 65_536;
/** Whoever takes longer to ask is slow on purpose, or gone. Milliseconds. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;

/** What `NestFactory.create` must be told so that `layHttpSurface` can do the rest. */
export const HTTP_OPTIONS = {
  bodyParser: false, // registered below, with bounds
  abortOnError: false, // a failed start is told by main.ts, not by exiting from inside
  forceCloseConnections: true,
  routeConflictPolicy: { duplicate: 'error', shadow: 'error' },
} as const;

/** All that stands between the socket and the controllers, the same in production and in tests. */
export function layHttpSurface(
  app: NestExpressApplication,
  { trustProxy = false }: { trustProxy?: string | false } = {},
): void {
  const [metrics, clock] = [app.get(Metrics), app.get<Clock>(CLOCK)];
  app.set('trust proxy', trustProxy);
  app.set('query parser', 'simple');
  app.useSecurityHeaders({
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
    strictTransportSecurity: false, // said by the proxy that ends TLS
  });
  boundRequests(app.getHttpServer() as Server);
  prefixRoutes(app);
  app.use(nameRequest, measureRequests(metrics, clock));
  // A signature covers the exact bytes: `request.body` is a Buffer there, whatever its content type says it is.
  app.use(`/${API_PREFIX}/webhooks`, express.raw({ type: () => true, limit: MAX_BODY, inflate: false }));
  app.use(express.json({ limit: MAX_BODY, verify: mustBeShallow }));
  app.useGlobalPipes(validation());
  serveApiDocs(app);
}

/** Node reads them off the server for every connection and request; `maxHeaderSize` is a property of it that has no type. */
function boundRequests(server: Server & { maxHeaderSize?: number }): void {
  server.maxHeaderSize = MAX_HEADER_BYTES;
  server.headersTimeout = HEADERS_WITHIN_MS;
  server.requestTimeout = REQUEST_WITHIN_MS;
}

export const prefixRoutes = (app: INestApplication) => app.setGlobalPrefix(API_PREFIX, { exclude: AT_THE_ROOT });
