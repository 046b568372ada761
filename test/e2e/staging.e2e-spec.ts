import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { debianProgram } from '../../tools/stores/debian-program.js';
import { readCompose, ROOT, servicesOf } from './compose-file.js';
import { ComposedCentre, SOFTWARE, STAGING } from './composed-centre.js';

/** How fast and how well it was spoken is judged elsewhere, on one node without a proxy. */
function expectWhole({ endReason, heard }: Awaited<ReturnType<ComposedCentre['call']>>): void {
  expect(endReason).toBe('agent-hung-up');
  expect(heard.join(' ')).toMatch(/^Hello, this is Clara.* calendar.* goodbye/is);
}

const DASHBOARDS = join(STAGING, 'grafana/dashboards');

describe('docker-compose.yml, with its staging services run on this machine', () => {
  const centre = new ComposedCentre();
  beforeAll(async () => {
    jest.setTimeout(180_000);
    await centre.open();
  }, 120_000);
  afterAll(() => centre.close(), 60_000);

  it('completes a call by way of Caddy, over TLS', async () => {
    expectWhole(await centre.call());
  }, 120_000);

  it('shows the world no metrics', async () => {
    expect([await centre.get('/metrics'), await centre.get('/health')]).toEqual([404, 200]);
  });

  it('has metrics for all that its dashboards and alerts ask for', async () => {
    const files = [join(STAGING, 'alerts.yml'), ...readdirSync(DASHBOARDS).map((file) => join(DASHBOARDS, file))];
    const asked = files.flatMap((file) => readFileSync(file, 'utf8').match(/\b(carillon|process)_\w+/g) ?? []);
    const names = new Set(asked.map((name) => name.replace(/_(bucket|count|sum)$/, '')));
    const metrics = await centre.metrics();
    expect(names.size).toBeGreaterThan(8);
    expect([...names].filter((name) => !metrics.includes(`# TYPE ${name} `))).toEqual([]);
  });

  it('answers whoever asks, without a gap, and takes calls, when one of its two nodes is stopped', async () => {
    let over = false;
    const stopped = centre.stop('api-1').then(() => (over = true));
    const answers = new Set<number>();
    while (!over) answers.add(await centre.get('/api/v1/agents'));
    await stopped;
    expect([...answers]).toEqual([200]);
    expectWhole(await centre.call());
  }, 120_000);
});

describe('what watches over it', () => {
  const promtool = (...args: string[]) => {
    const { file, env } = debianProgram({
      name: 'promtool',
      package: 'prometheus',
      asked: '--version',
      software: SOFTWARE,
    });
    return execFileSync(file, args, { cwd: STAGING, env, encoding: 'utf8' });
  };

  it('is configured as Prometheus wants it', () => {
    expect(promtool('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
  }, 120_000);

  it('alerts when it should, and not when it should not', () => {
    expect(promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  }, 120_000);

  it('has panels that Grafana can draw, each with a place and a question of its own', () => {
    for (const file of readdirSync(DASHBOARDS)) {
      const { uid, title, schemaVersion, panels } = JSON.parse(
        readFileSync(join(DASHBOARDS, file), 'utf8'),
      ) as Dashboard;
      expect([typeof uid, typeof title, schemaVersion >= 36]).toEqual(['string', 'string', true]);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const faulty = panels.filter(({ gridPos: { x, w }, datasource, targets, fieldConfig }) => {
        const isAsked = targets.length > 0 && targets.every(({ expr, refId }) => expr !== '' && refId !== '');
        return x + w > 24 || datasource.uid !== 'prometheus' || !isAsked || fieldConfig.defaults.unit === '';
      });
      expect(faulty).toEqual([]);
    }
  });
});

interface Dashboard {
  uid: string;
  title: string;
  schemaVersion: number;
  panels: {
    id: number;
    gridPos: { x: number; w: number };
    datasource: { uid: string };
    targets: { expr: string; refId: string }[];
    fieldConfig: { defaults: { unit: string } };
  }[];
}

describe('the text of docker-compose.yml', () => {
  const compose = readCompose();

  it('names only images that are built here or known by a version, and files that are there', () => {
    for (const { image, build, volumes = [] } of Object.values(compose.services)) {
      expect(image?.includes(':') ?? build !== undefined).toBe(true);
      const files = volumes.map((volume) => volume.split(':')[0] ?? '').filter((from) => from.startsWith('./'));
      expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
      const named = volumes.map((volume) => volume.split(':')[0] ?? '').filter((from) => !from.startsWith('./'));
      expect(named.filter((name) => !(name in compose.volumes))).toEqual([]);
    }
  });

  it('builds targets that the Dockerfile has, none of which serves as root', () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    const stages = new Map(
      dockerfile
        .split(/^FROM /m)
        .slice(1)
        .map((stage) => [/ AS (\w+)/.exec(stage)?.[1], stage]),
    );
    const targets = Object.values(compose.services).flatMap(({ build }) => (build ? [build.target] : []));
    expect(targets.filter((target) => !stages.has(target))).toEqual([]);
    for (const target of ['production', 'migration', 'test']) expect(stages.get(target)).toContain('USER node');
    expect(stages.get('production')).toContain('HEALTHCHECK');
  });

  it('has a profile for staging, one for development and one for the tests', () => {
    const plain = ['postgres', 'redis'];
    const staging = ['api-1', 'api-2', 'caddy', 'grafana', 'migration', 'prometheus', 'worker', ...plain];
    const names = (profile: string) => Object.keys(servicesOf(compose, profile)).sort();
    expect(names('none')).toEqual(plain);
    expect(names('staging')).toEqual(staging.sort());
    expect(names('development')).toEqual(['development', ...plain]);
    expect(names('test')).toEqual([...plain, 'test']);
  });
});
