import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, createMetrics, readEnv } from '@app/boot';
import { systemClock } from '@app/kernel';
import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { apiEnv } from '../api.env.js';
import { ApiModule } from '../api.module.js';
import { NEEDS } from './needs.js';
import { IS_PUBLIC } from './public.js';
import { holds, ROLE_SCOPES, type Scope } from './scopes.js';

/** Where Nest keeps what its decorators were told. */
const [PATH, METHOD] = ['path', 'method'];
const ENV = { DATABASE_URL: 'postgresql://127.0.0.1', REDIS_URL: 'redis://127.0.0.1' };

interface Route {
  name: string;
  reads: boolean;
  isPublic: boolean;
  needs: Scope[] | undefined;
}

let app: INestApplicationContext;
let routes: Route[];
const metrics = createMetrics('api');
beforeAll(async () => {
  const parts = { clock: systemClock, log: createLogger({ name: 'api', level: 'silent' }), metrics };
  app = await NestFactory.create(ApiModule.with(readEnv(apiEnv, ENV), parts), { preview: true, logger: false });
  routes = [...app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => routesOf(metatype as abstract new (...parts: never[]) => object));
});
afterAll(async () => {
  await app.close();
  metrics.close();
});

function routesOf(controller: abstract new (...parts: never[]) => object): Route[] {
  const { prototype } = controller as { prototype: Record<string, object> };
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method = prototype[name] ?? {};
    if (name === 'constructor' || typeof method !== 'function' || !Reflect.hasMetadata(PATH, method)) return [];
    return {
      name: `${controller.name}.${name}`,
      reads: Reflect.getMetadata(METHOD, method) === RequestMethod.GET,
      isPublic: Reflect.hasMetadata(IS_PUBLIC, method) || Reflect.hasMetadata(IS_PUBLIC, controller),
      needs: Reflect.getMetadata(NEEDS, method) as Scope[] | undefined,
    };
  });
}

describe('every operation', () => {
  it('says what it needs, or that it is public', () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter(({ isPublic, needs }) => !isPublic && !needs).map(({ name }) => name)).toEqual([]);
  });

  it('that changes something is out of a viewer’s reach, but for their own password, sessions and tickets', () => {
    const reached = routes.filter(
      ({ reads, isPublic, needs }) => !reads && !isPublic && needs && holds(ROLE_SCOPES.viewer, needs),
    );
    expect(reached.map(({ name }) => name)).toEqual([
      'AuthController.password',
      'SessionsController.revoke',
      'TicketsController.create',
    ]);
  });
});

describe('a role', () => {
  it('holds at least what the one below it holds', () => {
    expect(holds(ROLE_SCOPES.supervisor, ROLE_SCOPES.viewer)).toBe(true);
    expect(holds(ROLE_SCOPES.viewer, ROLE_SCOPES.supervisor)).toBe(false);
    expect(holds(ROLE_SCOPES.supervisor, ROLE_SCOPES.admin)).toBe(false);
    expect(holds(ROLE_SCOPES.admin, ['people:write', 'calls:listen'])).toBe(true);
    expect(holds([], [])).toBe(true);
  });
});
