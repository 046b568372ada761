import type { Clock } from '@app/kernel';
import { RateLeases, RateLimits, Wire } from '@app/live-state';
import { ApiKeyStore, AuditStore, PersonStore, SessionStore } from '@app/persistence';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { provideFrom } from '../named-parts.js';
import { CLOCK, LOGGER } from '../process-parts.js';
import { whileUp } from '../while-up.js';
import { AccessGuard } from './access.guard.js';
import { AccessTokens } from './access-tokens.js';
import { AuthController } from './auth.controller.js';
import { Credentials, type CredentialsParts } from './credentials.js';
import { Guests, type GuestsParts } from './guests.js';
import { KeysController } from './keys.controller.js';
import { RateGuard, RATE_PER_MINUTE, WINDOW_MS } from './rate.guard.js';
import { SessionsController } from './sessions.controller.js';
import { SocketAccess } from './socket-access.js';
import { TicketsController } from './tickets.controller.js';
import { SignIn, type SignInParts } from './sign-in.js';

export interface AuthConfig {
  /** Signs access tokens; undefined: nobody signs in, and keys alone open the door. */
  secret: string | undefined;
  /** Requests of one key or person. */
  ratePerMinute: number;
}

const TOKENS = Symbol('access tokens');

/** Who asks, and what they may. The guards stand before those of every other room. */
@Module({})
export class AuthModule {
  static with({ secret, ratePerMinute }: AuthConfig): DynamicModule {
    const tokensOf = (clock: Clock) => (secret === undefined ? undefined : new AccessTokens(secret, clock));
    return {
      module: AuthModule,
      controllers: [AuthController, KeysController, SessionsController, TicketsController],
      providers: [
        { provide: TOKENS, inject: [CLOCK], useFactory: tokensOf },
        { provide: RATE_PER_MINUTE, useValue: ratePerMinute },
        {
          provide: RateLeases,
          inject: [RateLimits, CLOCK],
          useFactory: (rates: RateLimits, clock: Clock) =>
            new RateLeases(rates, { limit: ratePerMinute, windowMs: WINDOW_MS }, clock),
        },
        provideFrom<CredentialsParts>(
          Credentials,
          { keys: ApiKeyStore, sessions: SessionStore, tokens: TOKENS, clock: CLOCK },
          (parts) => new Credentials(parts),
        ),
        provideFrom<GuestsParts>(
          Guests,
          { credentials: Credentials, wire: Wire, clock: CLOCK, log: LOGGER },
          (parts) => new Guests(parts),
        ),
        whileUp(Guests),
        provideFrom<SignInParts>(
          SignIn,
          {
            ...{ people: PersonStore, sessions: SessionStore, audit: AuditStore, rates: RateLimits },
            ...{ guests: Guests, tokens: TOKENS },
          },
          (parts) => new SignIn(parts),
        ),
        SocketAccess,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: RateGuard },
      ],
      exports: [SocketAccess, Guests],
      global: true,
    };
  }
}
