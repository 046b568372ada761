import { relative } from 'node:path';
import type { Stores } from '../stores/open-stores.js';
import type { Home } from './home.js';
import type { AdminSignIn } from './seed.js';
import { hasCarrier, isLive, modelOf, stagesOf, type Stage } from './settings.js';

interface Shown {
  env: Readonly<Record<string, string | undefined>>;
  url: string;
  stores: Stores;
  /** A key that was made in this start: told now, and never again. */
  newKey: string | undefined;
  /** Undefined: made elsewhere. */
  admin: AdminSignIn | undefined;
  home: Home;
}

const TITLES = { recogniser: 'Recogniser', model: 'Model', voice: 'Voice' };

export function banner({ env, url, stores, newKey, admin, home }: Shown): string {
  const near = relative(process.cwd(), home.path);
  const folder = near === '' || near.startsWith('..') ? home.path : near;
  const rows = [
    ['API', `${url}/api/v1 (described at ${url}/api/v1/docs)`],
    ['Health', `${url}/health, ${url}/ready, ${url}/metrics`],
    [
      'Admin key',
      newKey ? `${newKey} (told this once; kept in ${folder}/secrets.json)` : `kept in ${folder}/secrets.json`,
    ],
    ['Sign-in', signInRow(admin, folder)],
    ['Carrier', hasCarrier(env) ? 'Ringover' : 'none configured: a rehearsal, rung by the lab’s virtual Ringover'],
    ...stagesOf(env).map((stage) => [TITLES[stage.stage], providerRow(env, stage)]),
    ['PostgreSQL', stores.what.postgres],
    ['Redis', stores.what.redis],
    ['Logs', `${folder}/logs`],
  ];
  const lines = rows.map(([title = '', text = '']) => `  ${title.padEnd(11)} ${text}`);
  return ['', 'Carillon is up.', '', ...lines, ''].join('\n');
}

function signInRow(admin: AdminSignIn | undefined, folder: string): string {
  if (!admin) return 'by the people of this database; npm run person adds one';
  const told = admin.isNew ? `${admin.password} (told this once; kept` : `the password (kept`;
  return `${admin.email} with ${told} in ${folder}/secrets.json)`;
}

function providerRow(env: Shown['env'], stage: Stage): string {
  return isLive(env, stage) ? modelOf(env, stage) : `no ${stage.key}: rehearsed by the lab’s double of ${stage.vendor}`;
}
