import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import { createLogger, createMetrics, frameworkLogger } from '@app/boot';
import { FakeClock } from '@app/kernel/testing';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AgentsModule } from '../agents/agents.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { HttpModule } from '../http/http.module.js';
import { HTTP_OPTIONS, layHttpSurface } from '../http/http-surface.js';
import { Readiness } from '../http/readiness.js';
import { ProcessModule } from '../process.module.js';
import { ProvidersController } from '../providers/providers.controller.js';
import { FakeCentre } from './fake-centre.js';

/** Those of the specs: `book-a-table-8k.wav` is one. */
export const RECORDINGS = fileURLToPath(new URL('../../../../test/fixtures/audio', import.meta.url));
export const KEY = 'cn_a-key-of-this-centre';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

/** The api as it stands, on a free port of 127.0.0.1, with everything behind it in memory and time in its hand. */
export interface ApiUnderTest {
  centre: FakeCentre;
  clock: FakeClock;
  url: string;
  /** With the key, unless the headers say otherwise. */
  ask(path: string, options?: RequestInit): Promise<Answer>;
  drain(): void;
  logged(): string;
  close(): Promise<void>;
}

/** @param extra controllers of the spec's own, beside ours @param recordings a folder of the spec's own */
export async function startApi(extra: Type[] = [], recordings = RECORDINGS): Promise<ApiUnderTest> {
  const [centre, clock] = [new FakeCentre(), new FakeClock()];
  centre.keys.set(KEY, { id: 'k1', name: 'dashboard', scopes: ['admin'] });
  let lines = '';
  const log = createLogger({ name: 'api', level: 'info', destination: { write: (line) => void (lines += line) } });
  const metrics = createMetrics('api');
  const app = await NestFactory.create<NestExpressApplication>(
    moduleOf(centre, { clock, log, metrics }, { extra, recordings }),
    {
      ...HTTP_OPTIONS,
      logger: frameworkLogger(log),
    },
  );
  layHttpSurface(app);
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return {
    centre,
    clock,
    url,
    ask: (path, options) => ask(`${url}${path}`, options),
    drain: () => app.get(Readiness).drain(),
    logged: () => lines,
    close: async () => {
      await app.close();
      metrics.close();
    },
  };
}

function moduleOf(
  centre: FakeCentre,
  parts: Parameters<typeof ProcessModule.with>[0],
  { extra: controllers, recordings: folder }: { extra: Type[]; recordings: string },
) {
  const providers = centre.providers();
  const tokens = providers.map((provider) => (typeof provider === 'function' ? provider : provider.provide));
  @Module({})
  class FakeStoresModule {}
  @Module({ controllers: [ProvidersController, ...controllers] })
  class SpecModule {}
  @Module({
    imports: [
      ProcessModule.with(parts),
      { module: FakeStoresModule, global: true, providers, exports: tokens },
      AuthModule.with({ secret: 'a secret of this spec, and no other one', ratePerMinute: 1_000 }),
      HttpModule,
      AuditModule,
      AgentsModule.with({ linesPerAgent: 3 }),
      CallsModule.with({ folder }),
      SpecModule,
    ],
  })
  class ApiUnderTestModule {}
  return ApiUnderTestModule;
}

async function ask(url: string, { headers, ...options }: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...options, headers: { authorization: `Bearer ${KEY}`, ...headers } });
  const text = await response.text();
  const isJson = /json\b(?!l)/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
}
