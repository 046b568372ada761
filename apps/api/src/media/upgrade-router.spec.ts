import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import type { RawData, WebSocket } from 'ws';
import { logLines } from './testing/log-lines.js';
import { closeCode, dial, settled, speakRaw } from './testing/upgrade-client.js';
import { type Admission, type UpgradeAsk, UpgradeRouter } from './upgrade-router.js';

interface Guest {
  name: string;
}

/** A server with one door, `/door/:token`, which admits `good` and does with other tokens what they say. */
class House {
  readonly clock = new FakeClock();
  readonly logged = logLines();
  readonly server: Server = createServer((_request, response) => response.end('a route'));
  readonly router = new UpgradeRouter(this.server, this.clock, this.logged.log);
  readonly arrived: { socket: WebSocket; guest: Guest; ask: UpgradeAsk; heard: string[] }[] = [];
  #letIn: (() => void)[] = [];

  constructor() {
    this.router.open<Guest>({
      path: '/door/:token',
      admit: (ask) => this.#admit(ask),
      arrive: (socket, guest, ask) => {
        const heard: string[] = [];
        socket.on('message', (data: RawData) => heard.push((data as Buffer).toString()));
        this.arrived.push({ socket, guest, ask, heard });
      },
    });
  }

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url = (token: string): string => `ws://127.0.0.1:${this.port}/door/${token}`;

  /** Opens to all who wait. */
  letIn(): void {
    for (const open of this.#letIn.splice(0)) open();
  }

  get waiting(): number {
    return this.#letIn.length;
  }

  async close(): Promise<void> {
    for (const { socket } of this.arrived) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #admit({ params: { token } }: UpgradeAsk): Promise<Admission<Guest>> {
    if (token === 'good') return { admitted: { name: 'good' } };
    if (token === 'broken') throw new Error('a bug');
    if (token === 'down') throw new StoreError('postgres', 'unavailable');
    if (token !== 'slow') return { refused: 404 };
    await new Promise<void>((resolve) => this.#letIn.push(resolve));
    return { admitted: { name: 'slow' } };
  }
}

let house: House;
beforeEach(async () => (house = await new House().open()));
afterEach(() => house.close());

/** Gives the loop turns until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('asking to be let in', () => {
  it('is granted to a guest, who is told with path, query and headers', async () => {
    const { status, socket } = await dial(`${house.url('good')}?call_id=7`, { headers: { 'x-call-id': '8' } });
    expect(status).toBe(101);
    const [{ guest, ask }] = house.arrived as [(typeof house.arrived)[number]];
    expect(guest).toEqual({ name: 'good' });
    expect([ask.params['token'], ask.query.get('call_id'), ask.headers['x-call-id']]).toEqual(['good', '7', '8']);
    socket.terminate();
  });

  it.each([
    ['a path that nobody knows', '/nowhere', 404],
    ['a path that is longer', '/door/good/x', 404],
    ['the root', '/', 404],
    ['a wrong token', '/door/wrong', 404],
    ['a store that is gone', '/door/down', 503],
    ['a bug of the gate', '/door/broken', 503],
  ])('is refused for %s', async (_what, path, status) => {
    const refused = await dial(`ws://127.0.0.1:${house.port}${path}`);
    expect(refused.status).toBe(status);
    expect(house.arrived).toEqual([]);
  });

  it('tells a bug of the gate from a store that is gone, in the log', async () => {
    await dial(house.url('down'));
    await dial(house.url('broken'));
    expect(house.logged.lines.map(({ level, door }) => [level, door])).toEqual([
      ['warn', '/door/:token'],
      ['error', '/door/:token'],
    ]);
  });

  it('is never compressed', async () => {
    const { socket } = await dial(house.url('good'), { perMessageDeflate: true });
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  it('needs a WebSocket handshake', async () => {
    const head = 'GET /door/good HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n';
    expect(await speakRaw(house.port, `${head}Upgrade: websocket\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('leaves an upgrade to another protocol, which may be ignored, to the routes', async () => {
    const head = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\n';
    const answer = await speakRaw(house.port, `${head}Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('a route');
  });

  it('is given up after two seconds without an answer', async () => {
    const refused = dial(house.url('slow'));
    await until(() => house.waiting === 1);
    await house.clock.advance(2_000);
    expect((await refused).status).toBe(503);
    house.letIn();
    expect(house.arrived).toEqual([]);
  });

  it('is refused to a 65th at once, and granted again when they are in', async () => {
    const waiting = Array.from({ length: 64 }, () => dial(house.url('slow')));
    await until(() => house.waiting === 64);
    expect((await dial(house.url('good'))).status).toBe(503);
    house.letIn();
    const admitted = await Promise.all(waiting);
    expect(admitted.map(({ status }) => status)).toEqual(waiting.map(() => 101));
    expect((await dial(house.url('good'))).status).toBe(101);
  });

  it('loses nothing that was said while it was decided', async () => {
    const handshake = [
      'GET /door/slow HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    const masked = (text: string) => Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0, ...Buffer.from(text)]);
    const socket = connect(house.port, '127.0.0.1');
    socket.write(Buffer.concat([Buffer.from(`${handshake.join('\r\n')}\r\n\r\n`), masked('one')]));
    await until(() => house.waiting === 1);
    socket.write(masked('two'));
    house.letIn();
    await until(() => house.arrived[0]?.heard.length === 2);
    expect(house.arrived[0]?.heard).toEqual(['one', 'two']);
    socket.destroy();
  });

  it('harms nobody when the asker is gone before the answer', async () => {
    const asked = once(house.server, 'upgrade') as Promise<[unknown, Socket]>;
    const socket = connect(house.port, '127.0.0.1');
    socket.write('GET /door/slow HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [, ours] = await asked;
    await until(() => house.waiting === 1);
    socket.resetAndDestroy();
    await until(() => ours.destroyed);
    house.letIn();
    expect((await dial(house.url('good'))).status).toBe(101);
  });
});

describe('a socket that was let in', () => {
  it('may send a text that is no UTF-8', async () => {
    const { socket } = await dial(house.url('good'));
    socket.send(Buffer.from([0x4a, 0x6f, 0x73, 0xe9]), { binary: false });
    await settled(socket);
    expect(house.arrived[0]?.heard).toEqual(['Jos\ufffd']);
    socket.terminate();
  });

  it('is closed with 1009 for a message of 50 MB, and no other notices', async () => {
    const [{ socket: attacker }, { socket: other }] = [await dial(house.url('good')), await dial(house.url('good'))];
    const closed = closeCode(attacker);
    attacker.send(Buffer.alloc(50_000_000));
    other.send('still here');
    await settled(other);
    expect(house.arrived[1]?.heard).toEqual(['still here']);
    expect(await closed).toBe(1_009);
    expect(other.readyState).toBe(other.OPEN);
    other.terminate();
  });
});

describe('closing', () => {
  it('tells every socket 1001, and lets nobody in any more', async () => {
    const sockets = [(await dial(house.url('good'))).socket, (await dial(house.url('good'))).socket];
    const late = dial(house.url('slow'));
    await until(() => house.waiting === 1);
    const codes = Promise.all(sockets.map(closeCode));
    await Promise.all([house.router.close(), house.router.close()]);
    house.letIn();
    expect(await codes).toEqual([1_001, 1_001]);
    expect((await late).status).toBe(503);
    expect((await dial(house.url('good'))).status).toBe(503);
    expect(house.clock.waiting).toBe(0);
  });

  it('does not wait longer than two seconds for one that does not answer', async () => {
    const { socket } = await dial(house.url('good'));
    socket.pause();
    const closed = house.router.close();
    await house.clock.advance(2_000);
    await expect(closed).resolves.toBeUndefined();
    socket.terminate();
  });
});
