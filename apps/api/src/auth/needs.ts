import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Fails } from '../http/problem.dto.js';
import type { Scope } from './scopes.js';

export const NEEDS = 'needs';

/** What whoever asks must hold; none: to be known is enough. An operation that declares nothing is for admins alone. */
export const Needs = (...scopes: Scope[]): MethodDecorator =>
  applyDecorators(
    SetMetadata(NEEDS, scopes),
    ApiExtension('x-needs', scopes),
    Fails('auth.forbidden'),
    Fails('request.too-many'),
  );
