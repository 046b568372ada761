import type { AddressInfo } from 'node:net';
import { createLogger, createMetrics } from '@app/boot';
import { FakeClock } from '@app/kernel/testing';
import { RateLimits, Tickets, Wire } from '@app/live-state';
import { ApiKeyStore, AuditStore, PersonStore, SessionStore } from '@app/persistence';
import { ProviderChains } from '@app/providers';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AuthModule } from '../../auth/auth.module.js';
import { HttpModule } from '../../http/http.module.js';
import { HTTP_OPTIONS, layHttpSurface } from '../../http/http-surface.js';
import { ProcessModule } from '../../process.module.js';
import { OpenStores } from '../../stores.module.js';
import { type WebhooksConfig, WebhooksModule } from '../webhooks.module.js';
import { FakeBack, sign, webhooksConfig } from './webhook-fakes.js';

export const CENTRE_TOKEN = 'the-token-in-the-address';
export const CENTRE_KEY = 'the-key-of-call-event';
export const CENTRE_CONFIG = webhooksConfig({ token: CENTRE_TOKEN, keys: { 'call-event': CENTRE_KEY } });
export const CENTRE_NOW = new Date('2026-11-21T12:00:00Z');

/** The routes as in production, over real HTTP; what is behind them is in memory. */
export class WebhookCentre {
  readonly back = new FakeBack();
  readonly clock = new FakeClock();
  readonly metrics = createMetrics('test');
  /** Ids of voices of agents whose providers are down. */
  readonly mute = new Set<string>();
  logged = '';
  #app: NestExpressApplication | undefined;
  #url = '';

  async open(config: WebhooksConfig = CENTRE_CONFIG): Promise<this> {
    this.clock.date = () => CENTRE_NOW;
    const log = createLogger({
      name: 'api',
      level: 'info',
      destination: { write: (line) => void (this.logged += line) },
    });
    const keys = { provide: ApiKeyStore, useValue: { verify: async () => undefined } };
    const unused = [AuditStore, PersonStore, RateLimits, SessionStore, Tickets].map((provide) => ({
      provide,
      useValue: {},
    }));
    const wire = { provide: Wire, useValue: { hear: async () => () => undefined } };
    const providers = [
      ...this.back.providers(),
      keys,
      wire,
      ...unused,
      { provide: OpenStores, useValue: { checks: [] } },
    ];
    class Stores {}
    Module({})(Stores);
    const stores = {
      module: Stores,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide as never),
    };
    const { clock, metrics } = this;
    const process = ProcessModule.with({ clock, log, metrics });
    const imports = [
      process,
      stores,
      AuthModule.with({ secret: undefined, ratePerMinute: 1_000 }),
      HttpModule,
      WebhooksModule.with({ ...config, chains: this.#chains() }),
    ];
    const built = await Test.createTestingModule({ imports }).compile();
    this.#app = built.createNestApplication<NestExpressApplication>({ ...HTTP_OPTIONS, logger: false });
    layHttpSurface(this.#app);
    await this.#app.listen(0, '127.0.0.1');
    const { port } = this.#app.getHttpServer().address() as AddressInfo;
    this.#url = `http://127.0.0.1:${port}/api/v1/webhooks/ringover`;
    return this;
  }

  async post(body: string, options: { path?: string; token?: string | undefined; type?: string } = {}) {
    const { path = `call-event/${CENTRE_TOKEN}`, type = 'application/json' } = options;
    const token = 'token' in options ? options.token : sign(body, CENTRE_KEY);
    const headers = { 'content-type': type, ...(token === undefined ? {} : { 'x-ringover-webhook-signature': token }) };
    const answer = await this.ask(path, { method: 'POST', body, headers });
    return { status: answer.status, text: await answer.text() };
  }

  ask(path: string, options: RequestInit): Promise<Response> {
    return fetch(`${this.#url}/${path}`, options);
  }

  #chains(): DynamicModule {
    class Chains {}
    Module({})(Chains);
    const canCarry: ProviderChains['canCarry'] = ({ voiceId }) => !this.mute.has(voiceId);
    return {
      module: Chains,
      providers: [{ provide: ProviderChains, useValue: { canCarry } }],
      exports: [ProviderChains],
    };
  }

  async close(): Promise<void> {
    this.back.unstick();
    await this.#app?.close();
    this.metrics.close();
  }
}
