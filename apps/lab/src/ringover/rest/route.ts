import type { Clock } from '@app/kernel';
import type { Account, Grant } from './account.js';
import type { DialTaker } from './dial.js';

export interface Asked {
  account: Account;
  clock: Clock;
  /** What stood in place of `:names` in the path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Undefined: no body. */
  body: unknown;
  dial: DialTaker;
}

/** `nothing`: 204. `blank`: 200 without a byte, which some of their lists answer where 204 is documented. */
export type Reply =
  { status: number; json: unknown } | { status: number; bytes: Uint8Array; type: string } | 'nothing' | 'blank';

export interface Route {
  method: string;
  /** `/users/:id` */
  path: string;
  /** Null: any key may. */
  grant: Grant | null;
  monitoring?: boolean;
  answer(asked: Asked): Reply;
}

export const ok = (json: unknown): Reply => ({ status: 200, json });
export const refuse = (status: number, error: string): Reply => ({ status, json: { error } });

export function listed(name: string, rows: readonly unknown[], whenEmpty: 'nothing' | 'blank' = 'nothing'): Reply {
  return rows.length === 0 ? whenEmpty : ok({ [name]: rows, [`${name}_count`]: rows.length });
}

/** Its parameters, where it fits. */
export function match(route: Route, method: string, path: string): Record<string, string> | undefined {
  if (route.method !== method) return undefined;
  const [wanted, given] = [route.path.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? '');
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}
