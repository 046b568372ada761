import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCompose } from './e2e/compose-file.js';

const DEPLOY = fileURLToPath(new URL('../tools/deploy', import.meta.url));
const DEV = fileURLToPath(new URL('../tools/dev', import.meta.url));

describe('the staging nodes', () => {
  it('believe Caddy who asks, and nobody but the containers beside them can pretend to be it', () => {
    const { services } = readCompose();
    const nodes = ['api-1', 'api-2'].map((name) => services[name]);
    expect(nodes.map((node) => [node?.environment?.['TRUST_PROXY'], node?.ports])).toEqual([
      ['uniquelocal', undefined],
      ['uniquelocal', undefined],
    ]);
  });
});

describe('tools/deploy', () => {
  let bin: string;
  let asked: string;
  beforeAll(() => {
    bin = mkdtempSync(join(tmpdir(), 'deploy-'));
    asked = join(bin, 'asked');
    writeFileSync(
      join(bin, 'docker'),
      `#!/bin/sh\necho "$@" >> '${asked}'\ncase "$*" in *api-1) exit "$FAILS";; esac\n`,
    );
    chmodSync(join(bin, 'docker'), 0o755);
  });
  afterAll(() => rmSync(bin, { recursive: true }));
  const env = (fails: number) => ({
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    ...{ CARILLON_SITE: 'voice.example.com', GRAFANA_PASSWORD: 'g', POSTGRES_PASSWORD: 'p', FAILS: String(fails) },
    AUTH_SECRET: 'a secret of this spec, and no other one',
  });
  const commands = () => readFileSync(asked, 'utf8').trim().split('\n').map((line) => line.replace('compose --profile staging ', '')); // prettier-ignore

  it('migrates first, and replaces one node after the other', () => {
    expect(execFileSync(DEPLOY, { env: env(0), encoding: 'utf8' })).toContain('up at https://voice.example.com');
    expect(commands()).toEqual([
      'build',
      'up --detach --wait postgres redis',
      'run --rm migration',
      'up --detach --wait --no-deps worker',
      'up --detach --wait --no-deps api-1',
      'up --detach --wait --no-deps api-2',
      'up --detach --wait --no-deps caddy prometheus grafana',
    ]);
  });

  it('leaves the second node alone when the first does not come up', () => {
    rmSync(asked);
    expect(spawnSync(DEPLOY, { env: env(1) }).status).toBe(1);
    expect(commands().at(-1)).toBe('up --detach --wait --no-deps api-1');
  });

  it.each(['CARILLON_SITE', 'GRAFANA_PASSWORD', 'POSTGRES_PASSWORD', 'AUTH_SECRET'])(
    'does nothing without %s, and says so',
    (name) => {
      rmSync(asked, { force: true });
      const { status, stderr } = spawnSync(DEPLOY, { env: { ...env(0), [name]: '' }, encoding: 'utf8' });
      expect([status, stderr]).toEqual([2, expect.stringContaining(`${name} is not set`)]);
      expect(() => commands()).toThrow('ENOENT');
    },
  );

  it('takes no secret that somebody could guess', () => {
    const { status, stderr } = spawnSync(DEPLOY, { env: { ...env(0), AUTH_SECRET: 'short' }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('fewer than 32 characters')]);
  });
});

describe('tools/dev', () => {
  it('says what it can do', () => {
    const { status, stderr } = spawnSync(DEV, ['dance'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, 'usage: tools/dev setup | start | test [path …] | lint\n']);
  });
});
