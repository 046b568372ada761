import type { AddressInfo } from 'node:net';
import { createLogger, createMetrics, readEnv } from '@app/boot';
import { systemClock } from '@app/kernel';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { apiEnv } from '../apps/api/src/api.env.js';
import { ApiModule } from '../apps/api/src/api.module.js';
import { HTTP_OPTIONS, layHttpSurface } from '../apps/api/src/http/http-surface.js';
import { UpgradeAdapter } from '../apps/api/src/media/upgrade-adapter.js';

/** The whole api, as `main.ts` puts it together, in this process and on a free port. */
export async function apiInProcess(env: NodeJS.ProcessEnv): Promise<{ url: string; close(): Promise<void> }> {
  const config = readEnv(apiEnv, { DRAIN_MS: '0', ...env });
  const metrics = createMetrics('api');
  const parts = { clock: systemClock, log: createLogger({ name: 'api', level: 'silent' }), metrics };
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.with(config, parts), {
    ...HTTP_OPTIONS,
    logger: false,
  });
  layHttpSurface(app, config.http);
  app.useWebSocketAdapter(new UpgradeAdapter(app));
  await app.listen(0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`,
    close: async () => {
      await app.close();
      metrics.close();
    },
  };
}
