import { createLogger, createMetrics, readEnv } from '@app/boot';
import { systemClock } from '@app/kernel';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { apiEnv } from './api.env.js';
import { ApiModule } from './api.module.js';
import { apiDocument } from './http/open-api.js';
import { prefixRoutes } from './http/http-surface.js';

/** Enough for the modules to be put together; in a preview nothing is opened. */
const SOME_ENV = { DATABASE_URL: 'postgresql://127.0.0.1', REDIS_URL: 'redis://127.0.0.1' };

/** What the api says of itself at `/api/v1/docs`, made without stores and without a port. */
export async function writeApiDocument(): Promise<OpenAPIObject> {
  const metrics = createMetrics('api');
  const parts = { clock: systemClock, log: createLogger({ name: 'api', level: 'silent' }), metrics };
  const app = await NestFactory.create(ApiModule.with(readEnv(apiEnv, SOME_ENV), parts), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  prefixRoutes(app);
  const document = apiDocument(app);
  await app.close();
  metrics.close();
  return document;
}
