import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { FarServer } from '../testing/far-server.js';
import { WarmHosts } from './warm-hosts.js';

let clock: FakeClock;
let asked: string[];
let answer: () => Promise<Response>;
let hosts: WarmHosts;
beforeEach(() => {
  [clock, asked, answer] = [new FakeClock(), [], async () => new Response(null, { status: 404 })];
  hosts = new WarmHosts({
    clock,
    fetch: (url, init) => {
      asked.push(`${init?.method} ${String(url)}`);
      return answer();
    },
  });
});
afterEach(() => {
  if (clock.waiting > 0) throw new Error('a timer is left');
});

describe('the connections that are made before they are needed', () => {
  it('are one for each address in a while, whoever asks', async () => {
    for (const url of ['https://a.example/v1', 'https://a.example/v2', 'https://b.example']) hosts.warm(url);
    await clock.advance(2_999);
    hosts.warm('https://a.example/v1');
    await clock.advance(1);
    hosts.warm('https://a.example/v1');
    await clock.advance(0);
    expect(asked).toEqual(['OPTIONS https://a.example', 'OPTIONS https://b.example', 'OPTIONS https://a.example']);
  });

  it('that fail are tried anew, and that take too long are given up', async () => {
    answer = () => Promise.reject(new TypeError('fetch failed'));
    hosts.warm('https://a.example');
    await clock.advance(0);
    hosts.warm('https://a.example');
    await clock.advance(0);
    expect(asked).toHaveLength(2);
    answer = () => new Promise(() => undefined);
    hosts.warm('https://a.example');
    await clock.advance(3_000);
    expect(asked).toHaveLength(3);
  });

  it('are there for the question: it goes over the same one', async () => {
    const far = await FarServer.open();
    let connections = 0;
    let warmed: Promise<Response> | undefined;
    far.http.on('connection', () => (connections += 1));
    far.http.on('request', (_request, response) => response.writeHead(404).end());
    const real = new WarmHosts({ clock, fetch: (url, init) => (warmed = fetch(url, init)) });
    const url = far.url.replace(/^ws/, 'http');
    real.warm(url);
    await warmed;
    for (let n = 0; n < 10; n += 1) await new Promise((resolve) => setImmediate(resolve)); // it goes back to where it is kept
    await (await fetch(`${url}/v1/models`)).text();
    await far.close();
    expect(connections).toBe(1);
  });
});
