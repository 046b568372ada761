import 'reflect-metadata';
import {
  CannotStart,
  type Closer,
  collectSeldom,
  createLogger,
  createMetrics,
  frameworkLogger,
  goFirst,
  readEnv,
  startStop,
} from '@app/boot';
import { systemClock } from '@app/kernel';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { apiEnv } from './api.env.js';
import { ApiModule } from './api.module.js';
import { HTTP_OPTIONS, layHttpSurface } from './http/http-surface.js';
import { Readiness } from './http/readiness.js';
import { UpgradeAdapter } from './media/upgrade-adapter.js';

/** Beyond the calls' own bound: sockets, stores, and the last batch of each log. */
const CLOSE_WITHIN_MS = 10_000;
const AT_ONCE_MS = 1_000;

const clock = systemClock;
const log = createLogger({ name: 'api', level: 'info' });

collectSeldom();
await startStop({ log, clock, host: process, start });

async function start(): Promise<Closer[]> {
  const config = readEnv(apiEnv, process.env);
  log.level = config.log.level;
  const metrics = createMetrics('api');
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.with(config, { clock, log, metrics }), {
    ...HTTP_OPTIONS,
    logger: frameworkLogger(log),
  });
  layHttpSurface(app, config.http);
  app.useWebSocketAdapter(new UpgradeAdapter(app));
  await listen(app, config.http.port);
  log.info({ port: config.http.port, goesFirst: goFirst() }, 'listening');
  return [
    { name: 'readiness', close: () => app.get(Readiness).drain(), withinMs: AT_ONCE_MS },
    // Calls are let end first, while webhooks and commands for them still come in; then sockets, then stores
    { name: 'app', close: () => app.close(), withinMs: config.calls.drainMs + CLOSE_WITHIN_MS },
    { name: 'metrics', close: () => metrics.close(), withinMs: AT_ONCE_MS },
  ];
}

/** @throws CannotStart when another program has the port */
async function listen(app: NestExpressApplication, port: number): Promise<void> {
  try {
    await app.listen(port);
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new CannotStart(`port ${port} is taken: set PORT to another one, or stop what uses it`);
  }
}
