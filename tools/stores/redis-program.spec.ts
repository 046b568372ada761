import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../processes/free-port.js';
import { stopGroup } from '../processes/process-group.js';
import { ProcessRegister } from '../processes/process-register.js';
import { pingRedis } from './ping.js';
import { findRedis } from './redis-program.js';
import { startRedis } from './redis.js';

/** Plays apt-get: knows redis-server only from lists of the caller's own, after an update, and writes down what it was asked. */
const APT_GET = `#!/bin/sh
echo "$*" >> "$ASKED"
case "$*" in
  *--version*|*update*) exit 0 ;;
  *Dir::State::Lists*--simulate*redis-server*) echo "Inst redis-server (5:7.0.15-1 Debian:12.15)" ;;
  *Dir::State::Lists*download*) : > redis-server_7.0.15_amd64.deb ;;
  *) exit 100 ;;
esac
`;
/** Plays dpkg-deb: what it unpacks is a redis-server that can tell its version. */
const DPKG_DEB = `#!/bin/sh
mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
printf '#!/bin/sh\\nexit 0\\n' > "$3/usr/bin/redis-server"
chmod +x "$3/usr/bin/redis-server"
`;
const WORKS = '#!/bin/sh\nexit 0\n';

describe('the Redis of a machine', () => {
  const { PATH } = process.env;
  let folder: string;
  let said: string[];
  const find = () => findRedis(join(folder, 'software'), (line) => said.push(line));
  const put = (name: string, script: string) => {
    writeFileSync(join(folder, 'bin', name), script);
    chmodSync(join(folder, 'bin', name), 0o755);
  };

  beforeEach(() => {
    said = [];
    folder = mkdtempSync(join(tmpdir(), 'redis-'));
    mkdirSync(join(folder, 'bin'));
    process.env['ASKED'] = join(folder, 'asked');
    process.env['PATH'] = `${join(folder, 'bin')}:/nowhere`;
  });
  afterEach(() => {
    process.env['PATH'] = PATH;
    delete process.env['ASKED'];
    rmSync(folder, { recursive: true });
  });

  it('is a redis-server on PATH before a valkey-server', () => {
    put('valkey-server', WORKS);
    expect(find()).toMatchObject({ file: 'valkey-server', real: true });
    put('redis-server', WORKS);
    expect(find()).toMatchObject({ file: 'redis-server', real: true });
    expect(said).toEqual([]);
  });

  it('comes from a Debian package that the lists do not know, by fresh lists in a private folder, fetched once', () => {
    process.env['PATH'] = `${join(folder, 'bin')}:/usr/bin:/bin`;
    put('redis-server', '#!/bin/sh\nexit 1\n');
    put('valkey-server', '#!/bin/sh\nexit 1\n');
    put('apt-get', APT_GET);
    put('dpkg-deb', DPKG_DEB);

    const file = join(folder, 'software/redis-server/usr/bin/redis-server');
    expect(find()).toMatchObject({ file, real: true });
    expect(find().env['LD_LIBRARY_PATH']).toContain(join(folder, 'software/redis-server/usr/lib/x86_64-linux-gnu'));

    const updates = readFileSync(join(folder, 'asked'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('update'));
    expect(updates).toEqual([expect.stringContaining(`Dir::State::Lists=${join(folder, 'software')}`)]);
    expect(said.filter((line) => line.includes('fresh package lists'))).toHaveLength(1);
    expect(existsSync(join(folder, 'software/redis-server/lists'))).toBe(false);
  });

  it('is js-redis-server where nothing else can be had, says what that is worth, and works', async () => {
    const register = new ProcessRegister(folder);
    const order = { home: folder, software: folder, port: await freePort(), password: 'pa55word', register };
    const { running, url, what } = await startRedis({ ...order, say: (line) => said.push(line) });
    expect(await pingRedis(url)).toBeUndefined();
    await stopGroup(running, 5_000);

    expect(what).toBe('js-redis-server, for a look only');
    expect(said).toEqual([expect.stringContaining('for a look only')]);
  }, 20_000);
});
