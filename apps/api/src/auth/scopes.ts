import type { Role } from '@app/persistence';

/** All that a key or a person can be allowed. `admin` is every one of them, and those that are yet to come. */
export const SCOPES = [
  'admin',
  'agents:read',
  'agents:write',
  'audit:read',
  'calls:erase',
  'calls:export',
  'calls:listen',
  'calls:read',
  'calls:write',
  'contacts:read',
  'contacts:write',
  'keys:read',
  'keys:write',
  'numbers:read',
  'numbers:write',
  'people:read',
  'people:write',
] as const;
export type Scope = (typeof SCOPES)[number];

const VIEWER = ['agents:read', 'calls:read', 'contacts:read', 'numbers:read'] as const satisfies Scope[];

/** A viewer changes nothing; a supervisor runs calls and knows callers; how the centre is set up is for admins. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: VIEWER,
  supervisor: [...VIEWER, 'calls:export', 'calls:listen', 'calls:write', 'contacts:write'],
  admin: ['admin'],
};

/** Whether all that is needed is held. */
export const holds = (held: readonly string[], needed: readonly string[]): boolean =>
  held.includes('admin') || needed.every((scope) => held.includes(scope));
